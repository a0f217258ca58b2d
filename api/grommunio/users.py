"""The users of a domain, and who is logged in."""

from typing import Annotated

from fastapi import Query

from api.deps import TheStore
from api.grommunio.administrators import TheAdministrator
from api.grommunio.documented import errors
from api.grommunio.listing import Level, ThePage
from api.grommunio.routing import DomainId, UserId, for_administrators
from api.grommunio.user_mapping import items, reference, user
from api.grommunio.user_schemas import ACTIVE, DEACTIVATED, MAIL_USER, Profile, ProfileUser, User, Users

router = for_administrators()

_TYPES = "displaytypeex:"


@router.get("/profile")
def profile(store: TheStore, who_calls: TheAdministrator) -> Profile:
    """Return who is logged in, and what they can do."""
    with store.reading() as transaction:
        caller = who_calls(transaction)
        return Profile(
            user=user(ProfileUser, transaction, caller.person),
            capabilities=sorted(caller.capabilities),
        )


@router.get("/domains/{domainID:number}/users", responses=errors(400, 404))
def users(
    domain_id: DomainId,
    store: TheStore,
    who_calls: TheAdministrator,
    page: ThePage,
    level: Level = 1,
    status: Annotated[
        str, Query(description="Numbers with commas between: 0 active, 1 deactivated", examples=["0,4"])
    ] = "",
    filter_prop: Annotated[
        str, Query(alias="filterProp", description="Conditions on properties", examples=["displaytypeex:0,7"])
    ] = "",
) -> Users:
    """Return a part of the domain's users. What else a client may ask to be told of them makes no difference."""
    statuses = set(status.split(",")) if status else {str(ACTIVE), str(DEACTIVATED)}
    has_type = _may_be_mail_users(filter_prop)
    with store.reading() as transaction:
        who_calls(transaction).check_may_read(transaction.directory.place(domain_id))
        found = transaction.listings.people(
            page,
            domain_id,
            active=has_type and str(ACTIVE) in statuses,
            deactivated=has_type and str(DEACTIVATED) in statuses,
        )
        if level:
            return Users(count=found.count, data=list(items(transaction, found.items)))
    return Users(count=found.count, data=[reference(person) for person in found.items])


@router.get("/domains/{domainID:number}/users/{userID:number}", responses=errors(404))
def one_user(domain_id: DomainId, user_id: UserId, store: TheStore, who_calls: TheAdministrator) -> User:
    """Return one user in full."""
    with store.reading() as transaction:
        who_calls(transaction).check_may_read(transaction.directory.place(domain_id))
        return user(User, transaction, transaction.directory.registered(domain_id, user_id))


def _may_be_mail_users(filters: str) -> bool:
    """Return whether these conditions (`property:value,value;…`) let mail users through, which is all that there is."""
    wanted = [part.removeprefix(_TYPES) for part in filters.split(";") if part.startswith(_TYPES)]
    return all(str(MAIL_USER) in types.split(",") for types in wanted)
