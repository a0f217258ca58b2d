"""The routes of a person's statuses."""

from typing import Annotated, Final

from fastapi import Depends, Header, Path, Query, Request, Response
from pydantic import AfterValidator

from api.deps import TheCaller, TheStore, TheStoreToWrite
from api.documented_errors import Responses
from api.texts import one_line
from api.v1 import forecast_mapping
from api.v1 import status_mapping as mapping
from api.v1.cursors import moment_and_place, moment_cursor
from api.v1.documented import BODY, CONDITIONAL, CREATED, KEYED, NOT_MODIFIED
from api.v1.forecast_schemas import ForecastAnswer
from api.v1.idempotency import TheOnce
from api.v1.paging import USUAL, After, Limit, ThePages
from api.v1.people_refs import ThePerson
from api.v1.responses import ResourceResponse, expecting
from api.v1.routing import router_for
from api.v1.status_schemas import (
    ANSWER,
    BOOKED,
    Booked,
    NewStatus,
    PlannedStatus,
    PlannedStatusList,
    StatusChanges,
    WantedStatus,
)
from domain.forecast import Forecast
from domain.plans import Limits
from services import plans
from services.plans import Found

router = router_for("/people/{ref}/statuses", tag="statuses")

StatusId = Annotated[str, Path(alias="statusId", examples=["uprofile-b785-4aae-c330-01e94337846b"])]
ExternalId = Annotated[
    str,
    Path(alias="externalId", max_length=255, description="An id of your own", examples=["V-2027-117"]),
    AfterValidator(one_line),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The ETag of the status as you have seen it",
        max_length=1000,
        examples=['"3q2-7wQv1mZl0bYp4s8K"'],
    ),
]

DryRun = Annotated[
    bool,
    Query(
        alias="dryRun",
        description="Write nothing, and answer 200 with the timeline as it would be, and with warnings",
        examples=[True],
    ),
]

#: The answer to a dry run.
_TRIED: Final[Responses] = {200: {"model": ForecastAnswer, "description": "What it would do (`dryRun`)"}}
#: The same, where a real write answers 200 too.
_STATUS_OR_TRIED: Final[Responses] = {200: {"content": {"application/json": {"example": ANSWER}}}}
_BOOKED_OR_TRIED: Final[Responses] = {
    200: {"content": {"application/json": {"example": BOOKED}}},
    201: {"model": Booked, "description": "It is a new status"},
}
_LIST: Final = "statuses"


async def _limits(request: Request) -> Limits:
    limits: Limits = request.app.state.plan_limits
    return limits


TheLimits = Annotated[Limits, Depends(_limits)]


@router.get("", response_model=PlannedStatusList, responses=NOT_MODIFIED, summary="List a person's statuses")
def list_statuses(
    person: ThePerson,
    store: TheStore,
    caller: TheCaller,
    pages: ThePages,
    limit: Limit = USUAL,
    after: After = None,
) -> ResourceResponse:
    """List what is in force and what lies ahead, in the order of the starts, whoever booked it."""
    page = plans.listed(store, caller, person, after=moment_and_place(_LIST, after), limit=limit)
    answers = [answer for found in page.found if (answer := mapping.answer(found))]
    following = _cursor(page.found[-1]) if page.has_more else None
    return ResourceResponse(
        PlannedStatusList(statuses=answers, next=following), headers=pages.link(following)
    )


@router.post(
    "",
    status_code=201,
    response_model=PlannedStatus,
    responses=BODY | KEYED | CREATED | _TRIED,
    summary="Plan a status",
)
def plan_status(
    person: ThePerson,
    body: NewStatus,
    store: TheStoreToWrite,
    caller: TheCaller,
    limits: TheLimits,
    once: TheOnce,
    request: Request,
    dry_run: DryRun = False,  # noqa: FBT002 (the query's)
) -> ResourceResponse:
    """Plan a status: by days, by times, or from now on. It replaces no other; a later start covers an earlier one."""
    path = request.url.path

    def respond(found: Found) -> ResourceResponse:
        if found.forecast:
            return _tried(found, found.forecast)
        headers = {"Location": f"{path}/{found.status.id}"} if found.status else {}
        return ResourceResponse(mapping.answer(found), status_code=201, headers=headers)

    wanted, recorder = mapping.plan(body), once.recording(respond)
    found = plans.add(
        store,
        caller,
        person,
        wanted,
        limits=limits,
        external_id=body.externalId,
        dry_run=dry_run,
        recorder=recorder,
    )
    return respond(found)


@router.put(
    "/external/{externalId}",
    response_model=Booked | ForecastAnswer,
    responses=BODY | _BOOKED_OR_TRIED,
    summary="Book a status under an id of your own",
)
def book_status(
    person: ThePerson,
    external_id: ExternalId,
    body: WantedStatus,
    store: TheStoreToWrite,
    caller: TheCaller,
    limits: TheLimits,
    dry_run: DryRun = False,  # noqa: FBT002 (the query's)
) -> ResourceResponse:
    """Say what you want the status to be. Only what differs from the last time is applied.

    What somebody else has changed since then stays. What was ended or deleted stays away, unless its window changes.
    So a job can say everything again and again.
    """
    wanted = mapping.plan(body)
    found = plans.upsert(store, caller, person, external_id, wanted, limits=limits, dry_run=dry_run)
    if found.forecast:
        return _tried(found, found.forecast)
    answer = Booked(externalId=external_id, status=mapping.answer(found))
    return ResourceResponse(answer, status_code=201 if found.is_new else 200)


@router.get("/{statusId:name}", response_model=PlannedStatus, responses=NOT_MODIFIED, summary="Get a status")
def get_status(
    person: ThePerson, status_id: StatusId, store: TheStore, caller: TheCaller
) -> ResourceResponse:
    """Return one status that is in force or ahead."""
    return _respond(plans.get(store, caller, person, status_id))


@router.put(
    "/{statusId:name}",
    response_model=PlannedStatus | ForecastAnswer,
    responses=BODY | CONDITIONAL | _STATUS_OR_TRIED,
    summary="Replace a status",
)
def replace_status(
    person: ThePerson,
    status_id: StatusId,
    body: WantedStatus,
    store: TheStoreToWrite,
    caller: TheCaller,
    limits: TheLimits,
    if_match: IfMatch = None,
    dry_run: DryRun = False,  # noqa: FBT002 (the query's)
) -> ResourceResponse:
    """Replace everything that the status says, whoever booked it. It keeps its id."""
    changes, expected = mapping.plan(body), expecting(if_match, _respond)
    return _respond(
        plans.change(
            store, caller, person, status_id, changes, limits=limits, expected=expected, dry_run=dry_run
        )
    )


@router.patch(
    "/{statusId:name}",
    response_model=PlannedStatus | ForecastAnswer,
    responses=BODY | CONDITIONAL | _STATUS_OR_TRIED,
    summary="Change a status",
)
def change_status(
    person: ThePerson,
    status_id: StatusId,
    body: StatusChanges,
    store: TheStoreToWrite,
    caller: TheCaller,
    limits: TheLimits,
    once: TheOnce,
    if_match: IfMatch = None,
    dry_run: DryRun = False,  # noqa: FBT002 (the query's)
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
        dry_run=dry_run,
        recorder=once.recording(_respond),
    )
    return _respond(found)


@router.delete(
    "/{statusId:name}",
    status_code=204,
    response_class=Response,
    responses=CONDITIONAL,
    summary="Delete a status",
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
    "/{statusId:name}:end",
    status_code=204,
    response_class=Response,
    responses=KEYED,
    summary="End a status now",
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
    if found.forecast:
        return _tried(found, found.forecast)
    return ResourceResponse(mapping.answer(found))


def _tried(found: Found, forecast: Forecast) -> ResourceResponse:
    return ResourceResponse(forecast_mapping.answer(found, forecast))


def _cursor(found: Found) -> str | None:
    status = found.status
    return moment_cursor(_LIST, status.in_force_at, status.id) if status else None
