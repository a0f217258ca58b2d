"""The routes of the out-of-office: parse, call, return."""

from typing import Annotated, Final

from fastapi import APIRouter, Body, Depends, Request, Response
from fastapi.exceptions import RequestValidationError

from api.auth.login import COOKIE, KnownRoute
from api.auth.route import BEARER
from api.deps import TheStore, TheStoreToWrite, author
from api.grommunio import mapping
from api.grommunio.administrators import TheOverseer
from api.grommunio.documented import SUCCESS, errors
from api.grommunio.errors import NO_STORE, GrommunioResponse
from api.grommunio.refusals import MissingData
from api.grommunio.routing import BASE, DomainId, UserId
from api.grommunio.schemas import Message, OofAnswer, OofBody
from domain.out_of_office import view
from domain.timeline import as_of
from store.changes import change_out_of_office

_PATH: Final = f"{BASE}/domains/{{domainID:number}}/users/{{userID:number}}/oof"
_ALLOWED: Final = "HEAD, GET, OPTIONS, PUT"

router = APIRouter(tags=["grommunio: out of office"])
known = APIRouter(
    route_class=KnownRoute,
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


@known.head(_PATH, response_model_exclude_none=True, summary="Get the out-of-office without a body")
@known.get(_PATH, response_model_exclude_none=True, summary="Get the out-of-office")
def get_out_of_office(
    domain_id: DomainId, user_id: UserId, store: TheStore, who_calls: TheOverseer
) -> OofAnswer:
    """Return the out-of-office. The state of a scheduled one is 2 until its window ends, and then 0."""
    with store.reading() as transaction:
        who_calls(transaction).check_may_read(transaction.directory.access_target(domain_id))
        person = transaction.directory.numbered(domain_id, user_id)
        timeline = as_of(transaction.statuses.of(person.id), transaction.now())
        setting = view(timeline, transaction.reply_texts.of(person.id))
    return mapping.answer(setting, person.domain.zone)


@known.put(
    _PATH,
    responses=SUCCESS | errors(400, 413),
    dependencies=[Depends(_refuse_null)],
    summary="Save the out-of-office",
)
def set_out_of_office(
    domain_id: DomainId,
    user_id: UserId,
    store: TheStoreToWrite,
    who_calls: TheOverseer,
    body: Annotated[OofBody, Body(default_factory=OofBody)],
    largest_reply: Annotated[int, Depends(_largest_reply)],
) -> Message:
    """Save an out-of-office. Dates are wall-clock times in the domain's zone.

    A person's token with the scope `user` can only save that person's own.
    """
    with store.writing() as transaction:
        caller = who_calls(transaction)
        caller.check_may_write(transaction.directory.access_target(domain_id))
        if not body.model_fields_set:
            raise MissingData
        person = transaction.directory.numbered(domain_id, user_id)
        caller.check_may_write_for(person)
        mapping.check_sizes(body, largest_reply)
        change_out_of_office(
            transaction,
            person.id,
            lambda current: mapping.wanted(body, current, person.domain.zone),
            by=author(caller),
        )
    return Message(message="Success")


@router.options(_PATH, response_class=Response, responses=errors(404), summary="Get the methods of the path")
async def out_of_office_methods(domain_id: DomainId, user_id: UserId) -> Response:  # noqa: ARG001 (they are in the path)
    """Return the methods of this path."""
    return Response(media_type="text/html", headers={"Allow": _ALLOWED, **NO_STORE})


router.include_router(known)
