"""The routes of users, for bots that look up names."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query

from api.auth.route import BEARER
from api.auth.standing import admitted
from api.deps import TheCaller, TheStore
from api.works import cursors
from api.works import user_mapping as mapping
from api.works.definition_routes import DomainId
from api.works.errors import WorksResponse
from api.works.routes import UserId
from api.works.routing import WorksRoute
from api.works.user_schemas import UserAnswer, UserList
from domain.caller import READING
from domain.directory import person_reference

_MOST: Final = 100

router = APIRouter(
    prefix="/v1.0/users",
    tags=["NAVER WORKS: users"],
    route_class=WorksRoute,
    dependencies=[Depends(BEARER)],
    default_response_class=WorksResponse,
)

Count = Annotated[int, Query(ge=1, le=_MOST, description="How many people at most", examples=[100])]
Cursor = Annotated[
    str,
    Query(
        description="`nextCursor` of the previous page; empty for the first page", examples=["cGVyc29uOjE"]
    ),
]


@router.get("", summary="List people")
def list_users(
    domain_id: DomainId, store: TheStore, caller: TheCaller, count: Count = _MOST, cursor: Cursor = ""
) -> UserList:
    """List a domain's people in pages. Nobody is listed twice or left out when people are added or removed."""
    with store.reading() as transaction:
        admitted(transaction, caller).check_may(*READING)
        after = cursors.person_id(cursor)
        found = transaction.directory.page(domain_id, after=after, limit=count + 1)
        page = found[:count]
        aliases = transaction.directory.aliases(page)
    users = [mapping.answer(person, aliases[person.id]) for person in page]
    return mapping.answers(users, page[-1] if len(found) > count else None)


@router.get("/{userId}", summary="Get a person")
def get_user(user_id: UserId, store: TheStore, caller: TheCaller) -> UserAnswer:
    """Return one person."""
    with store.reading() as transaction:
        admitted(transaction, caller).check_may(*READING)
        named = caller.me if user_id == "me" else user_id
        person = transaction.directory.person(caller.domain_id, person_reference(named))
        aliases = transaction.directory.aliases([person])
    return mapping.answer(person, aliases[person.id])
