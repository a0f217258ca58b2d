"""The routes of the out-of-office: parse, call, return."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Path, Request, Response
from fastapi.responses import JSONResponse
from starlette.convertors import IntegerConvertor, register_url_convertor

from api.auth.route import BEARER, SignedInRoute
from api.auth.standing import admitted
from api.deps import TheCaller, TheStore, author
from api.grommunio import mapping
from api.grommunio.documented import SUCCESS, errors
from api.grommunio.errors import NOT_KEPT
from api.grommunio.schemas import Message, OofAnswer, OofBody
from domain.caller import READING, WRITING, Caller
from domain.directory import Person
from domain.out_of_office import view
from domain.refusals import InvalidValue, MissingData, NotAllowed, PersonUnknown
from domain.timeline import as_of
from store.changes import change_out_of_office
from store.store import Transaction


class _NumberConvertor(IntegerConvertor):
    """Whole numbers. Longer ones are nobody's, and Python reads none of many thousand digits."""

    regex = "[0-9]{1,100}"


register_url_convertor("number", _NumberConvertor())

_PATH: Final = "/api/v1/domains/{domainID:number}/users/{userID:number}/oof"
_ALLOWED: Final = "HEAD, GET, OPTIONS, PUT"

#: The largest number that the store can look up.
_LARGEST: Final = 2**31 - 1


class _NotKept(JSONResponse):
    def init_headers(self, headers: Any = None) -> None:
        super().init_headers({**(headers or {}), **NOT_KEPT})


router = APIRouter(tags=["grommunio: out of office"])
signed_in = APIRouter(
    route_class=SignedInRoute,
    dependencies=[Depends(BEARER)],
    default_response_class=_NotKept,
    responses=errors(401, 403, 404, 500, 503),
)

DomainId = Annotated[int, Path(alias="domainID", examples=[1], ge=0)]
UserId = Annotated[int, Path(alias="userID", examples=[1], ge=0)]


async def _refuse_null(request: Request) -> None:
    """Return nothing unless the body is `null`, which the framework takes for none.

    Raises:
        InvalidValue: it is.
    """
    if (await request.body()).strip() == b"null":
        raise InvalidValue("body", "null is no JSON object.")


@signed_in.head(_PATH, response_model_exclude_none=True, summary="Look, without the answer's body")
@signed_in.get(_PATH, response_model_exclude_none=True)
def get_out_of_office(domain_id: DomainId, user_id: UserId, store: TheStore, caller: TheCaller) -> OofAnswer:
    """Return the out-of-office as it is. A scheduled one stays 2 until its window ends, and is 0 then."""
    with store.reading() as transaction:
        admitted(transaction, caller).check_may(*READING)
        _check_domain(caller, domain_id)
        person = _person(transaction, caller, user_id)
        timeline = as_of(transaction.statuses.of(person.id), transaction.now())
        setting = view(timeline, transaction.reply_texts.of(person.id))
    return mapping.answer(setting, person.domain.zone)


@signed_in.put(_PATH, responses=SUCCESS | errors(400, 413), dependencies=[Depends(_refuse_null)])
def set_out_of_office(
    domain_id: DomainId,
    user_id: UserId,
    store: TheStore,
    caller: TheCaller,
    body: Annotated[OofBody, Body(default_factory=OofBody)],
) -> Message:
    """Store an out-of-office; dates are wall-clock times in the domain's zone."""
    with store.writing() as transaction:
        caller = admitted(transaction, caller)
        caller.check_may(*WRITING)
        _check_domain(caller, domain_id)
        if not body.model_fields_set:
            raise MissingData
        person = _person(transaction, caller, user_id)
        caller.check_may_write(person)
        change_out_of_office(
            transaction,
            person.id,
            lambda current: mapping.wanted(body, current, person.domain.zone),
            by=author(caller),
        )
    return Message(message="Success")


@router.options(_PATH, response_class=Response, responses=errors(404))
async def out_of_office_methods(domain_id: DomainId, user_id: UserId) -> Response:  # noqa: ARG001 (they are in the path)
    """Say which methods there are."""
    return Response(media_type="text/html", headers={"Allow": _ALLOWED, **NOT_KEPT})


router.include_router(signed_in)


def _check_domain(caller: Caller, domain_id: int) -> None:
    """Return nothing when the caller belongs to this domain.

    Raises:
        NotAllowed: it is another one's, whether that exists or not.
    """
    if domain_id != caller.domain_id:
        raise NotAllowed


def _person(transaction: Transaction, caller: Caller, user_id: int) -> Person:
    if user_id > _LARGEST:
        raise PersonUnknown
    return transaction.directory.numbered(caller.domain_id, user_id)
