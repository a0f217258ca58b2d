"""Users, and the profile of the logged-in one."""

import re
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Query
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from api.admin_web.paging import Level, ThePage
from api.admin_web.user_mapping import items, reference, user
from api.admin_web.user_schemas import ACTIVE, DEACTIVATED, MAIL_USER, Profile, ProfileUser, User, Users
from api.deps import TheLogin, TheStore
from api.grommunio.administrators import TheAdministrator, ThePrincipal
from api.grommunio.documented import errors
from api.grommunio.routing import DomainId, UserId, for_administrators, for_bearers_too
from domain.directory import Person
from domain.listings import Listing
from domain.permissions import Capability
from domain.principals import Administrator
from store.store import Transaction

router = for_administrators()
listed = for_bearers_too()

_TYPES = "displaytypeex:"


@router.get("/profile", summary="Get the logged-in user")
def profile(store: TheStore, login: TheLogin, who_calls: TheAdministrator) -> Profile:
    """Return the logged-in user, and the user's capabilities."""
    with store.reading() as transaction:
        caller = who_calls(transaction)
        return Profile(
            user=user(ProfileUser, transaction, transaction.directory.with_user_id(login.user_id)),
            capabilities=sorted(caller.capabilities),
        )


#: grommunio's statuses are numbered from 0 to 5; people here are active or deactivated.
_STATUSES: Final = re.compile("([0-5](,[0-5])*)?")


def _known_statuses(value: str) -> str:
    if not _STATUSES.fullmatch(value):
        message = "It must be numbers from 0 to 5 separated by commas; 0 is active, 1 deactivated."
        raise PydanticCustomError("statuses", message)
    return value


@dataclass(frozen=True, slots=True)
class _UserFilter:
    active: bool
    deactivated: bool


def _user_filter(
    status: Annotated[
        str,
        AfterValidator(_known_statuses),
        Query(description="Numbers separated by commas: 0 active, 1 deactivated", examples=["0,4"]),
    ] = "",
    filter_prop: Annotated[
        str,
        Query(
            alias="filterProp",
            description="Conditions on properties; only `displaytypeex` has an effect",
            examples=["displaytypeex:0,7"],
        ),
    ] = "",
) -> _UserFilter:
    statuses = set(status.split(",")) if status else {str(ACTIVE), str(DEACTIVATED)}
    has_type = _may_be_mail_users(filter_prop)
    return _UserFilter(
        active=has_type and str(ACTIVE) in statuses, deactivated=has_type and str(DEACTIVATED) in statuses
    )


UserFilter = Annotated[_UserFilter, Depends(_user_filter)]


@listed.get(
    "/domains/{domainID:number}/users", responses=errors(400, 404), summary="List the users of a domain"
)
def users(
    domain_id: DomainId,
    store: TheStore,
    who_calls: ThePrincipal,
    page: ThePage,
    user_filter: UserFilter,
    level: Level = 1,
) -> Users:
    """Return a page of the domain's users. Other query parameters are ignored.

    The `ID` of a user is the number in the path of an out-of-office. Deactivated users are shown only to
    administrators.
    """
    with store.reading() as transaction:
        caller = who_calls(transaction)
        caller.check_may_read(transaction.directory.access_target(domain_id))
        found = transaction.listings.people(
            page,
            domain_id,
            active=user_filter.active,
            deactivated=user_filter.deactivated and isinstance(caller, Administrator),
        )
        return _shown(transaction, found, level)


@router.get("/system/users", responses=errors(400), summary="List all users")
def all_users(
    store: TheStore,
    who_calls: TheAdministrator,
    page: ThePage,
    user_filter: UserFilter,
    level: Level = 1,
    organisation: Annotated[
        int | None, Query(alias="orgID", ge=0, description="Only users of this organisation", examples=[1])
    ] = None,
) -> Users:
    """Return a page of the users of all domains."""
    with store.reading() as transaction:
        who_calls(transaction).check_may(Capability.SYSTEM_ADMIN_READ)
        found = transaction.listings.people(
            page,
            organisation_id=organisation,
            active=user_filter.active,
            deactivated=user_filter.deactivated,
        )
        return _shown(transaction, found, level)


@router.get("/domains/{domainID:number}/users/{userID:number}", responses=errors(404), summary="Get a user")
def one_user(domain_id: DomainId, user_id: UserId, store: TheStore, who_calls: TheAdministrator) -> User:
    """Return one user in full."""
    with store.reading() as transaction:
        who_calls(transaction).check_may_read(transaction.directory.access_target(domain_id))
        return user(User, transaction, transaction.directory.registered(domain_id, user_id))


def _shown(transaction: Transaction, found: Listing[Person], level: int) -> Users:
    if level:
        return Users(count=found.count, data=list(items(transaction, found.items)))
    return Users(count=found.count, data=[reference(person) for person in found.items])


def _may_be_mail_users(filters: str) -> bool:
    """Check whether these conditions (`property:value,value;…`) include mail users; there are no others."""
    types = [part.removeprefix(_TYPES) for part in filters.split(";") if part.startswith(_TYPES)]
    return all(str(MAIL_USER) in each.split(",") for each in types)
