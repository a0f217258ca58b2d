"""The routes of changes of many people's plans: plan, apply, undo."""

import json
import time
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import Depends, HTTPException, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.date_times import Instant
from api.deps import TheBearer, TheCaller, TheStore, TheStoreToWrite
from api.v1 import change_mapping as mapping
from api.v1.change_entries import EntryReader, not_a_list
from api.v1.change_schemas import SENT, BulkChangeAnswer, BulkChangeList, BulkChangePage
from api.v1.cursors import cursor, moment_and_place, moment_cursor, number
from api.v1.documented import CREATED, NOT_MODIFIED, errors
from api.v1.paging import USUAL, After, Limit, ThePages
from api.v1.responses import ResourceResponse
from api.v1.routing import router_for
from api.v1.status_routes import TheLimits
from domain.bulk import Action
from domain.bulk_changes import BulkChange, State
from domain.plans import Limits
from domain.refusals import PlanIsOutdated, ValueMissing
from services import change_progress, change_receiving, changes
from services.change_receiving import AllOf, Line, Receiving
from services.changes import Booker

router = router_for("/changes", tag="changes")

ChangeId = Annotated[str, Path(alias="id", max_length=36, examples=["6f9619ff-8b86-4d01-b42d-00cf4fc964ff"])]

_CHANGES: Final = "changes"
_DIFF: Final = "diff"

#: So many entries are stored at once.
_AT_ONCE: Final = 500

#: In seconds. What is not done by then, a worker does.
_HERE: Final = 1.0

_LIST: Final = "application/json"
_LINES: Final = "application/x-ndjson"
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "A list of entries, or an entry in each line. `person`, `externalId`, and a window by days "
        "(`from`, `to`, `half`, `fromHalf`, `toHalf`) or times (`startsAt`, `endsAt`), with `zone`; `status` (ABSENCE "
        "if missing), `message`, `autoReply`. An entry with `person` only says that the person is to have nothing.",
        "content": {
            _LIST: {
                "schema": {
                    "type": "array",
                    "items": {"type": "object"},
                    "minItems": 1,
                    "examples": [[SENT]],
                }
            },
            _LINES: {"schema": {"type": "string", "examples": [json.dumps(SENT)]}},
        },
    }
}
_WHERE_IT_IS: Final[dict[int | str, dict[str, Any]]] = {
    202: {"model": BulkChangeAnswer, "description": "A worker goes on with it; GET tells how far it is"}
}


def _booker(bearer: TheBearer, store: TheStore, caller: TheCaller) -> Booker:
    return changes.booker(store, caller, bearer.domain_id)


#: The caller, who may write everybody's statuses.
TheBooker = Annotated[Booker, Depends(_booker)]


@router.post(
    "",
    status_code=201,
    response_model=BulkChangeAnswer,
    responses=errors(400, 409, 413, 415) | CREATED | _WHERE_IT_IS,
    openapi_extra=_BODY,
    summary="Plan a change of many people's statuses",
)
async def plan_change(
    request: Request,
    by: TheBooker,
    store: TheStore,
    limits: TheLimits,
    all_from: Annotated[
        Instant | None,
        Query(
            alias="allFrom",
            description="With allTo: what you booked that begins within, and is missing, is cancelled",
            examples=["2027-01-01T00:00:00+09:00"],
        ),
    ] = None,
    all_to: Annotated[Instant | None, Query(alias="allTo", examples=["2028-01-01T00:00:00+09:00"])] = None,
    *,
    everybody: Annotated[
        bool,
        Query(
            description="Cancel what is missing for everybody, not only for those who are named",
            examples=[False],
        ),
    ] = False,
) -> ResourceResponse:
    """Say what you want for many people. Nothing is written: the answer says what would be.

    Each entry is as a PUT under its `externalId`. `GET /changes/{id}` has the diff, and `:apply` carries it out.

    It takes no `Idempotency-Key`: the same request again makes another plan, and what nobody applies is deleted by
    itself.
    """
    reader = _reader(request)
    receiving = await run_in_threadpool(
        change_receiving.receive, store, by, _all_of(all_from, all_to, everybody=everybody)
    )
    try:
        await _receive(request, reader, receiving)
    except Exception:
        await run_in_threadpool(changes.delete, store, by, receiving.change.id)
        raise
    planning = await run_in_threadpool(receiving.finish)
    change = await run_in_threadpool(_carried_on, store, planning, limits)
    headers = {"Location": f"{request.url.path}/{change.id}"}
    is_planned = change.state is State.PLANNED
    return ResourceResponse(mapping.answer(change), status_code=201 if is_planned else 202, headers=headers)


def _reader(request: Request) -> EntryReader:
    kind = request.headers.get("Content-Type", _LIST).partition(";")[0].strip().lower()
    if kind not in {_LIST, _LINES}:
        sentence = (
            f"The body must be a list, with Content-Type: {_LIST}, or an entry in each line, with {_LINES}."
        )
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, sentence)
    return EntryReader(is_list=kind == _LIST)


async def _receive(request: Request, reader: EntryReader, receiving: Receiving) -> None:
    lines: list[Line] = []
    async for part in request.stream():
        lines += reader.feed(part)
        while len(lines) >= _AT_ONCE:
            await _store(request, receiving, lines[:_AT_ONCE])
            lines = lines[_AT_ONCE:]
    lines += reader.feed(b"", is_last=True)
    for start in range(0, len(lines), _AT_ONCE):
        await _store(request, receiving, lines[start : start + _AT_ONCE])
    if not receiving.change.entries:
        raise not_a_list("Send at least one entry.")


async def _store(request: Request, receiving: Receiving, lines: list[Line]) -> None:
    async with request.app.state.write_limit.slot():
        await run_in_threadpool(receiving.add, lines)


@router.get("", response_model=BulkChangeList, responses=NOT_MODIFIED, summary="List changes")
def list_changes(
    by: TheBooker, store: TheStore, pages: ThePages, limit: Limit = USUAL, after: After = None
) -> ResourceResponse:
    """List the changes of the domain, the newest first; a limited client sees its own."""
    found = changes.listed(store, by, after=moment_and_place(_CHANGES, after), limit=limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    following = moment_cursor(_CHANGES, last.created_at, last.id) if last else None
    answer = BulkChangeList(changes=[mapping.answer(one) for one in found[:limit]], next=following)
    return ResourceResponse(answer, headers=pages.link(following))


@router.get(
    "/{id:name}",
    response_model=BulkChangePage,
    responses=NOT_MODIFIED,
    summary="Get a change, and what it does",
)
def get_change(
    change_id: ChangeId,
    by: TheBooker,
    store: TheStore,
    pages: ThePages,
    limit: Limit = USUAL,
    after: After = None,
    action: Annotated[
        list[Action] | None, Query(description="Only entries with these actions", examples=[["moved"]])
    ] = None,
    *,
    left: Annotated[bool, Query(description="Only what an undo left as it was", examples=[True])] = False,
) -> ResourceResponse:
    """Return how far a change is, and a page of what it does, in the order of the entries."""
    change = changes.get(store, by, change_id)
    found = changes.diff(
        store,
        by,
        change_id,
        actions=action or (),
        is_left=left,
        after=number(_DIFF, after),
        limit=limit + 1,
    )
    following = cursor(_DIFF, str(found[limit - 1].number)) if len(found) > limit else None
    said = mapping.answer(change).model_dump()
    page = BulkChangePage(**said, diff=[mapping.entry(one) for one in found[:limit]], next=following)
    return ResourceResponse(page, headers=pages.link(following))


@router.post(
    "/{id:name}:apply",
    response_model=BulkChangeAnswer,
    responses=errors(409) | _WHERE_IT_IS,
    summary="Apply a change",
)
def apply_change(
    change_id: ChangeId,
    by: TheBooker,
    store: TheStoreToWrite,
    limits: TheLimits,
    *,
    skip_refused: Annotated[
        bool,
        Query(
            alias="skipRefused", description="Apply the others; not with allFrom and allTo", examples=[False]
        ),
    ] = False,
    plan: Annotated[
        int | None,
        Query(
            ge=1,
            description="The plan that you have seen: `plan` of the change. Without it, only plan 1 is applied",
            examples=[1],
        ),
    ] = None,
) -> ResourceResponse:
    """Apply a planned change, whole or not at all. Repeating the request changes nothing, without an `Idempotency-Key`.

    If somebody changed what the plan saw, it is not applied but planned anew: 409, or `problem` in the change if that
    shows later, says why. Look at the new diff, and apply it by its number: repeating the request as it was is refused,
    because nobody has seen that plan. After a 503 it may have begun all the same: GET tells.
    """
    applying = changes.apply(store, by, change_id, plan=plan, skip_refused=skip_refused)
    change = _carried_on(store, applying, limits)
    if change.state in {State.REVERTING, State.PLANNING, State.PLANNED}:
        raise PlanIsOutdated(change.plan, change.problem)
    return _respond(change)


@router.post(
    "/{id:name}:undo",
    response_model=BulkChangeAnswer,
    responses=errors(409) | _WHERE_IT_IS,
    summary="Undo a change",
)
def undo_change(
    change_id: ChangeId, by: TheBooker, store: TheStoreToWrite, limits: TheLimits
) -> ResourceResponse:
    """Take an applied change back. What somebody changed since stays; `?left=true` lists it.

    Repeating the request changes nothing, without an `Idempotency-Key`.
    """
    return _respond(_carried_on(store, changes.undo(store, by, change_id), limits))


@router.delete(
    "/{id:name}", status_code=204, response_class=Response, responses=errors(409), summary="Delete a change"
)
def delete_change(change_id: ChangeId, by: TheBooker, store: TheStoreToWrite) -> None:
    """Delete a change that is not applied."""
    changes.delete(store, by, change_id)


def _carried_on(store: TheStore, change: BulkChange, limits: Limits) -> BulkChange:
    """Carry a change on for a second. A worker does the rest."""
    return change_progress.begin(store, change, limits=limits, stop_at=time.monotonic() + _HERE)


def _respond(change: BulkChange) -> ResourceResponse:
    is_done = change.state in {State.APPLIED, State.UNDONE}
    return ResourceResponse(mapping.answer(change), status_code=200 if is_done else 202)


def _all_of(starts_at: datetime | None, ends_at: datetime | None, *, everybody: bool) -> AllOf | None:
    if starts_at is None and ends_at is None and not everybody:
        return None
    if starts_at is None or ends_at is None:
        hint = "Cancelling what is missing needs allFrom and allTo."
        raise ValueMissing("?allFrom" if starts_at is None else "?allTo", hint=hint)
    return AllOf(starts_at, ends_at, everybody)
