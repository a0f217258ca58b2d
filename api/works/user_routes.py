"""The routes of users, for bots that look up names."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query

from api.auth.guards import BEARER
from api.deps import TheCaller, TheStore
from api.works import cursors
from api.works import user_mapping as mapping
from api.works.definition_routes import DomainId
from api.works.errors import WorksResponse
from api.works.routes import ThePerson
from api.works.routing import WorksRoute
from api.works.user_schemas import UserAnswer, UserList
from services import people

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
    after = cursors.person_id(cursor)
    return mapping.answers(people.page(store, caller, domain_id, after=after, limit=count))


@router.get("/{userId}", summary="Get a person")
def get_user(person: ThePerson, store: TheStore, caller: TheCaller) -> UserAnswer:
    """Return one person."""
    return mapping.answer(people.get(store, caller, person))
