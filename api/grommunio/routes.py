"""The routes of the out-of-office: parse, call, return."""

from typing import Annotated, Final

from fastapi import APIRouter, Body, Depends, Request, Response
from fastapi.exceptions import RequestValidationError

from api.auth.guards import BEARER, COOKIE, by_bearer_or_cookie
from api.deps import TheCaller, TheStore, TheStoreToWrite
from api.grommunio import mapping
from api.grommunio.documented import SUCCESS, errors
from api.grommunio.errors import NO_STORE, GrommunioResponse
from api.grommunio.routing import BASE, DomainId, UserId
from api.grommunio.schemas import Message, OofAnswer, OofBody
from api.guarded_route import guarded_by
from domain.directory import PersonReference, Whom
from services import out_of_office

_PATH: Final = f"{BASE}/domains/{{domainID:number}}/users/{{userID:number}}/oof"
_ALLOWED: Final = "HEAD, GET, OPTIONS, PUT"

router = APIRouter(tags=["grommunio: out of office"])
known = APIRouter(
    route_class=guarded_by(by_bearer_or_cookie),
    dependencies=[Depends(BEARER), Depends(COOKIE)],
    default_response_class=GrommunioResponse,
    responses=errors(401, 403, 404, 429, 500, 503),
)


async def _refuse_null(request: Request) -> None:
    """Raise `RequestValidationError` if the body is `null`, which the framework treats as no body."""
    if (await request.body()).strip() == b"null":
        raise RequestValidationError([{"type": "model_type", "loc": ("body",), "input": None}])


async def _largest_reply(request: Request) -> int:
    """Return the limit of a reply in bytes, without its pictures."""
    largest: int = request.app.state.largest_reply
    return largest


async def _whom(domain_id: DomainId, user_id: UserId) -> Whom:
    return Whom(domain_id, PersonReference(number=user_id))


ThePerson = Annotated[Whom, Depends(_whom)]


@known.head(_PATH, response_model_exclude_none=True, summary="Get the out-of-office without a body")
@known.get(_PATH, response_model_exclude_none=True, summary="Get the out-of-office")
def get_out_of_office(person: ThePerson, store: TheStore, caller: TheCaller) -> OofAnswer:
    """Return the out-of-office. The state of a scheduled one is 2 until its window ends, and then 0.

    It is that of the upper status in force that answers mail; else the scheduled one of this API, else one that an HR
    system reserved. Plans that lie ahead are not shown.
    """
    found = out_of_office.get(store, caller, person)
    return mapping.answer(found.setting, found.zone)


@known.put(
    _PATH,
    responses=SUCCESS | errors(400, 413),
    dependencies=[Depends(_refuse_null)],
    summary="Save the out-of-office",
)
def set_out_of_office(
    person: ThePerson,
    store: TheStoreToWrite,
    caller: TheCaller,
    body: Annotated[OofBody, Body(default_factory=OofBody)],
    largest_reply: Annotated[int, Depends(_largest_reply)],
) -> Message:
    """Save an out-of-office. Dates are wall-clock times in the domain's zone.

    In the window that was read, texts are changed in place. Another window covers what is in force, and switches the
    other replies off; with state 0 all of them are off. The statuses of other systems stay, and their texts are kept.

    A person's token with the scope `user` can only save that person's own.
    """
    out_of_office.save(store, caller, person, mapping.submission(body), largest_reply=largest_reply)
    return Message(message="Success")


@router.options(_PATH, response_class=Response, responses=errors(404), summary="Get the methods of the path")
async def out_of_office_methods(domain_id: DomainId, user_id: UserId) -> Response:  # noqa: ARG001 (they are in the path)
    """Return the methods of this path."""
    return Response(media_type="text/html", headers={"Allow": _ALLOWED, **NO_STORE})


router.include_router(known)
