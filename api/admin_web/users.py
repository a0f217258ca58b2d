"""Users, and the profile of the logged-in one."""

import re
from typing import Annotated, Final

from fastapi import Depends, Query
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from api.admin_web.paging import Level, ThePage
from api.admin_web.user_mapping import item, reference, user
from api.admin_web.user_schemas import ACTIVE, DEACTIVATED, MAIL_USER, Profile, ProfileUser, User, Users
from api.deps import TheCaller, TheLogin, TheStore
from api.grommunio.documented import errors
from api.grommunio.routing import DomainId, UserId, for_administrators, for_bearers_too
from domain.listings import Listing
from services import directory
from services.directory import PeopleQuery
from services.people import Listed

router = for_administrators()
listed = for_bearers_too()

_TYPES = "displaytypeex:"


@router.get("/profile", summary="Get the logged-in user")
def profile(store: TheStore, login: TheLogin) -> Profile:
    """Return the logged-in user, and the user's capabilities."""
    found = directory.profile(store, login)
    return Profile(user=user(ProfileUser, found.details), capabilities=sorted(found.capabilities))


#: grommunio's statuses are numbered from 0 to 5; people here are active or deactivated.
_STATUSES: Final = re.compile("([0-5](,[0-5])*)?")


def _known_statuses(value: str) -> str:
    if not _STATUSES.fullmatch(value):
        message = "It must be numbers from 0 to 5 separated by commas; 0 is active, 1 deactivated."
        raise PydanticCustomError("statuses", message)
    return value


def _query(
    page: ThePage,
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
    level: Level = 1,
) -> PeopleQuery:
    statuses = set(status.split(",")) if status else {str(ACTIVE), str(DEACTIVATED)}
    has_type = _may_be_mail_users(filter_prop)
    return PeopleQuery(
        page=page,
        active=has_type and str(ACTIVE) in statuses,
        deactivated=has_type and str(DEACTIVATED) in statuses,
        with_aliases=level > 0,
    )


TheQuery = Annotated[PeopleQuery, Depends(_query)]


@listed.get(
    "/domains/{domainID:number}/users", responses=errors(400, 404), summary="List the users of a domain"
)
def users(domain_id: DomainId, store: TheStore, caller: TheCaller, query: TheQuery) -> Users:
    """Return a page of the domain's users. Other query parameters are ignored.

    The `ID` of a user is the number in the path of an out-of-office. Deactivated users are shown only to
    administrators.
    """
    return _answer(directory.people_of_domain(store, caller, domain_id, query), query)


@router.get("/system/users", responses=errors(400), summary="List all users")
def all_users(
    store: TheStore,
    login: TheLogin,
    query: TheQuery,
    organisation: Annotated[
        int | None, Query(alias="orgID", ge=0, description="Only users of this organisation", examples=[1])
    ] = None,
) -> Users:
    """Return a page of the users of all domains."""
    return _answer(directory.people(store, login, organisation, query), query)


@router.get("/domains/{domainID:number}/users/{userID:number}", responses=errors(404), summary="Get a user")
def one_user(domain_id: DomainId, user_id: UserId, store: TheStore, login: TheLogin) -> User:
    """Return one user in full."""
    return user(User, directory.person(store, login, domain_id, user_id))


def _answer(found: Listing[Listed], query: PeopleQuery) -> Users:
    build = item if query.with_aliases else reference
    return Users(count=found.count, data=[build(listed) for listed in found.items])


def _may_be_mail_users(filters: str) -> bool:
    """Check whether these conditions (`property:value,value;…`) include mail users; there are no others."""
    types = [part.removeprefix(_TYPES) for part in filters.split(";") if part.startswith(_TYPES)]
    return all(str(MAIL_USER) in each.split(",") for each in types)
