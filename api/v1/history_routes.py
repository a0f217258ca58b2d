"""The routes of the timeline and the history of a person, and of the audit of a domain."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Annotated, Final, Literal

from fastapi import Header, Query, Response
from fastapi.responses import StreamingResponse

from api.date_times import Instant
from api.deps import TheBearer, TheCaller, TheStore
from api.documented_errors import Responses
from api.v1 import audit_csv
from api.v1 import history_mapping as mapping
from api.v1.documented import NOT_MODIFIED
from api.v1.history_schemas import TIMELINE, AuditAnswer, HistoryAnswer, MomentAnswer, TimelineAnswer
from api.v1.paging import MOST, USUAL, After, Limit, ThePages
from api.v1.people_refs import ThePerson
from api.v1.responses import ResourceResponse
from api.v1.routing import router_for
from domain.directory import whom_or_number
from domain.history import Search
from domain.refusals import InvalidValue
from services import history
from services.history import Page

people = router_for("/people", tag="people")
router = router_for("/audit", tag="audit")

#: The most lines of one CSV, and how many are read at once.
_MOST_LINES: Final = 100_000
_LINES_AT_ONCE: Final = 1000

From = Annotated[
    Instant | None,
    Query(alias="from", description="From this moment on", examples=["2027-08-02T00:00:00+09:00"]),
]
To = Annotated[
    Instant | None, Query(description="Until before this moment", examples=["2027-08-07T00:00:00+09:00"])
]
At = Annotated[
    Instant | None,
    Query(
        description="Only what is shown at this moment; without `from` and `to`",
        examples=["2027-08-03T12:00:00+09:00"],
    ),
]


@people.get(
    "/{ref}/timeline",
    response_model=TimelineAnswer | MomentAnswer,
    responses={**NOT_MODIFIED, 200: {"content": {"application/json": {"example": TIMELINE}}}},
    summary="Get what was, is and will be shown",
)
def get_timeline(
    person: ThePerson,
    store: TheStore,
    caller: TheCaller,
    pages: ThePages,
    since: From = None,
    to: To = None,
    at: At = None,
    limit: Limit = USUAL,
    after: After = None,
) -> ResourceResponse:
    """Return what a person showed, shows and will show, in segments: each with what shows and what that covers.

    The time goes from `from` (now) until before `to` (31 days later). Or give `at` for one moment. The past is as it
    was shown then, whatever was changed since; `knownFrom` says how far back it is known. The future is as it is
    planned now. If a page is full, the next one continues in time. To be answered 304, say `from`: without it, the
    answer begins at another moment each time.
    """
    if at is not None:
        if since or to or after:
            raise InvalidValue("?at", hint="Either give `at`, or `from` and `to`.")
        return ResourceResponse(mapping.moment(history.at(store, caller, person, at)))
    found = history.timeline(
        store, caller, person, since=since, until=to, after=mapping.moment_of(after), limit=limit
    )
    return ResourceResponse(mapping.timeline(found), headers=pages.link(mapping.next_moment(found)))


@people.get(
    "/{ref}/history",
    response_model=HistoryAnswer,
    responses=NOT_MODIFIED,
    summary="List the changes of a person",
)
def get_history(
    person: ThePerson,
    store: TheStore,
    caller: TheCaller,
    pages: ThePages,
    limit: Limit = USUAL,
    after: After = None,
) -> ResourceResponse:
    """List the changes of a person's statuses, newest first: who, when, what before and after, and how late.

    Texts of replies are not told; only that they changed. Events are deleted after some time.
    """
    page = history.of_person(store, caller, person, before=mapping.event_of(after), limit=limit)
    return ResourceResponse(mapping.history(page), headers=pages.link(mapping.next_event(page.next_before)))


_CSV: Final[Responses] = {
    200: {
        "description": "Successful Response",
        "content": {
            audit_csv.MEDIA_TYPE: {
                "schema": {"type": "string", "description": "A line for each change, after one with names"},
                "example": f"{audit_csv.head()}4711,2027-07-30T10:15:42.118311+09:00,CHANGED,…\r\n",
            }
        },
    }
}

Concerned = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=320,
        description="Only changes of this person, who may be deactivated; named as in paths",
        examples=["u1@example.com"],
    ),
]
Actor = Annotated[
    str | None,
    Query(min_length=1, max_length=320, description="Only what this one did", examples=["hr@example.com"]),
]
Job = Annotated[
    str | None,
    Query(min_length=1, max_length=64, description="Only the changes of this job", examples=["7c1a9e52"]),
]
Format = Annotated[
    Literal["json", "csv"] | None,
    Query(description="`csv` has all in one; without it, the header Accept decides", examples=["csv"]),
]
Accept = Annotated[str, Header(include_in_schema=False)]
LimitOfLines = Annotated[
    int | None,
    Query(
        ge=1,
        le=_MOST_LINES,
        description=f"How many entries at most. JSON has {MOST} at most, and {USUAL} if this is not given",
        examples=[100],
    ),
]


@router.get(
    "", response_model=AuditAnswer, responses={**NOT_MODIFIED, **_CSV}, summary="List who did what for whom"
)
def get_audit(
    bearer: TheBearer,
    store: TheStore,
    caller: TheCaller,
    pages: ThePages,
    person: Concerned = None,
    actor: Actor = None,
    job: Job = None,
    since: From = None,
    to: To = None,
    format_: Annotated[Format, Query(alias="format")] = None,
    limit: LimitOfLines = None,
    after: After = None,
    accept: Accept = "",
) -> Response:
    """List what callers did to the statuses of the domain, newest first. Needs `directory` or `directory.read`.

    Starts and ends, which happen by themselves, are told by the history of each person. As CSV it is one answer with
    100,000 lines at most; `Link` says where to go on.
    """
    search = Search(actor=actor, job=job, since=since, until=to)
    concerned = whom_or_number(person, bearer.domain_id, bearer.user_id).reference if person else None
    begun, before = (store, caller, bearer.domain_id, search), mapping.event_of(after)
    ask = partial(history.audit, *begun, person=concerned)
    if format_ == "csv" or (format_ is None and _prefers_csv(accept)):
        most = limit or _MOST_LINES
        first = ask(before=before, limit=min(most, _LINES_AT_ONCE))
        last = first.next_before and history.end_of_audit(*begun, person=concerned, before=before, limit=most)
        headers = {"Content-Disposition": 'attachment; filename="audit.csv"', **_CACHING}
        headers |= pages.link(mapping.next_event(last))
        return StreamingResponse(_csv(ask, first, most), media_type=audit_csv.MEDIA_TYPE, headers=headers)
    page = ask(before=before, limit=min(limit or USUAL, MOST))
    link = pages.link(mapping.next_event(page.next_before))
    return ResourceResponse(mapping.audit(page), headers=link | _CACHING)


_CACHING: Final = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Accept"}


def _prefers_csv(accept: str) -> bool:
    return audit_csv.MEDIA_TYPE in accept and "application/json" not in accept


def _csv(ask: Callable[..., Page], page: Page, most: int) -> Iterator[str]:
    """Yield the lines of at most so many changes, from this page on; each further page is read when it is needed."""
    yield audit_csv.head()
    while True:
        yield audit_csv.lines(mapping.audit(page).changes)
        most -= len(page.entries)
        if page.next_before is None or most <= 0:
            return
        page = ask(before=page.next_before, limit=min(most, _LINES_AT_ONCE))
