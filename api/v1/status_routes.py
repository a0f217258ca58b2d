"""The routes of a person's statuses."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import Depends, Header, Path, Request, Response

from api.deps import TheCaller, TheStore, TheStoreToWrite
from api.v1 import status_mapping as mapping
from api.v1.cursors import NotACursor, cursor, position
from api.v1.documented import BODY, CONDITIONAL, KEYED, NOT_MODIFIED
from api.v1.idempotency import TheOnce
from api.v1.paging import USUAL, After, Limit, ThePages
from api.v1.people_refs import ThePerson
from api.v1.responses import ResourceResponse, expecting
from api.v1.routing import router_for
from api.v1.status_schemas import (
    Booked,
    NewStatusBody,
    StatusAnswer,
    StatusBody,
    StatusList,
    StatusPatchBody,
)
from services import plans
from services.plans import Found, Limits, Position

router = router_for("/people/{ref}/statuses", tag="statuses")

StatusId = Annotated[str, Path(alias="id", examples=["uprofile-b785-4aae-c330-01e94337846b"])]
ExternalId = Annotated[
    str, Path(alias="externalId", max_length=255, description="An id of your own", examples=["V-2027-117"])
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The ETag of the status as you have seen it",
        max_length=1000,
        examples=['"pXq0Jq2v8cXw1nZ0dC3A"'],
    ),
]

_LIST: Final = "statuses"


async def _limits(request: Request) -> Limits:
    limits: Limits = request.app.state.plan_limits
    return limits


TheLimits = Annotated[Limits, Depends(_limits)]


@router.get("", response_model=StatusList, responses=NOT_MODIFIED, summary="List a person's statuses")
def list_statuses(
    person: ThePerson,
    store: TheStore,
    caller: TheCaller,
    pages: ThePages,
    limit: Limit = USUAL,
    after: After = None,
) -> ResourceResponse:
    """List what is in force and what lies ahead, in the order of the starts, whoever booked it."""
    page = plans.listed(store, caller, person, after=_position(after), limit=limit)
    answers = [answer for found in page.found if (answer := mapping.answer(found))]
    following = _cursor(page.found[-1]) if page.has_more else None
    return ResourceResponse(StatusList(statuses=answers, next=following), headers=pages.link(following))


@router.post(
    "", status_code=201, response_model=StatusAnswer, responses=BODY | KEYED, summary="Plan a status"
)
def plan_status(
    person: ThePerson,
    body: NewStatusBody,
    store: TheStoreToWrite,
    caller: TheCaller,
    limits: TheLimits,
    once: TheOnce,
    request: Request,
) -> ResourceResponse:
    """Plan a status: by days, by times, or from now on. It replaces no other; a later start covers an earlier one."""
    path = request.url.path

    def respond(found: Found) -> ResourceResponse:
        headers = {"Location": f"{path}/{found.status.id}"} if found.status else {}
        return ResourceResponse(mapping.answer(found), status_code=201, headers=headers)

    wanted, recorder = mapping.plan(body), once.recording(respond)
    found = plans.add(
        store, caller, person, wanted, limits=limits, external_id=body.externalId, recorder=recorder
    )
    return respond(found)


@router.put(
    "/external/{externalId}",
    response_model=Booked,
    responses=BODY | {201: {"model": Booked, "description": "It is a new status"}},
    summary="Book a status under an id of your own",
)
def book_status(
    person: ThePerson,
    external_id: ExternalId,
    body: StatusBody,
    store: TheStoreToWrite,
    caller: TheCaller,
    limits: TheLimits,
) -> ResourceResponse:
    """Say what you want the status to be. Only what differs from the last time is applied.

    What somebody else has changed since then stays. What was ended or deleted stays away, unless its window changes.
    So a job can say everything again and again.
    """
    found = plans.upsert(store, caller, person, external_id, mapping.plan(body), limits=limits)
    answer = Booked(externalId=external_id, status=mapping.answer(found))
    return ResourceResponse(answer, status_code=201 if found.is_new else 200)


@router.get("/{id}", response_model=StatusAnswer, responses=NOT_MODIFIED, summary="Get a status")
def get_status(
    person: ThePerson, status_id: StatusId, store: TheStore, caller: TheCaller
) -> ResourceResponse:
    """Return one status that is in force or ahead."""
    return _respond(plans.get(store, caller, person, status_id))


@router.put("/{id}", response_model=StatusAnswer, responses=BODY | CONDITIONAL, summary="Replace a status")
def replace_status(
    person: ThePerson,
    status_id: StatusId,
    body: StatusBody,
    store: TheStoreToWrite,
    caller: TheCaller,
    limits: TheLimits,
    if_match: IfMatch = None,
) -> ResourceResponse:
    """Replace everything that the status says, whoever booked it. It keeps its id."""
    changes, expected = mapping.plan(body), expecting(if_match, _respond)
    return _respond(plans.change(store, caller, person, status_id, changes, limits=limits, expected=expected))


@router.patch("/{id}", response_model=StatusAnswer, responses=BODY | CONDITIONAL, summary="Change a status")
def change_status(
    person: ThePerson,
    status_id: StatusId,
    body: StatusPatchBody,
    store: TheStoreToWrite,
    caller: TheCaller,
    limits: TheLimits,
    once: TheOnce,
    if_match: IfMatch = None,
) -> ResourceResponse:
    """Change the given fields, whoever booked the status. `null` empties a field."""
    changes, expected = mapping.patch(body), expecting(if_match, _respond)
    found = plans.change(
        store,
        caller,
        person,
        status_id,
        changes,
        limits=limits,
        expected=expected,
        recorder=once.recording(_respond),
    )
    return _respond(found)


@router.delete(
    "/{id}", status_code=204, response_class=Response, responses=CONDITIONAL, summary="Delete a status"
)
def delete_status(
    person: ThePerson,
    status_id: StatusId,
    store: TheStoreToWrite,
    caller: TheCaller,
    if_match: IfMatch = None,
) -> None:
    """Delete a status, in force or ahead. What it covered shows again."""
    plans.delete(store, caller, person, status_id, expected=expecting(if_match, _respond))


@router.post(
    "/{id}:end", status_code=204, response_class=Response, responses=KEYED, summary="End a status now"
)
def end_status(
    person: ThePerson, status_id: StatusId, store: TheStoreToWrite, caller: TheCaller, once: TheOnce
) -> Response:
    """End a status that is in force: somebody comes back early. What it covered shows again."""
    plans.end(store, caller, person, status_id, recorder=once.recording(_nothing))
    return _nothing(None)


def _nothing(_: None) -> Response:
    return Response(status_code=204)


def _respond(found: Found) -> ResourceResponse:
    return ResourceResponse(mapping.answer(found))


def _cursor(found: Found) -> str | None:
    status = found.status
    return cursor(_LIST, f"{status.in_force_at.isoformat()}/{status.id}") if status else None


def _position(after: str | None) -> Position | None:
    at = position(_LIST, after)
    if at is None:
        return None
    moment, _, status_id = at.partition("/")
    try:
        start = datetime.fromisoformat(moment)
    except ValueError:
        raise NotACursor("?after") from None
    if start.tzinfo is None:
        raise NotACursor("?after")
    return start, status_id
