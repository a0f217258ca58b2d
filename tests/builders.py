"""Builders: they fill in all values that a test is not about."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from sqlalchemy import Connection

from domain.auto_reply import Audience, AutoReply, Reply
from domain.directory import Domain
from domain.events import Author
from domain.moments import Moment
from domain.out_of_office import OutOfOffice, State, Text
from domain.status import Draft, Place, ScheduleType, Status
from domain.wishes import Times

SECOND: Final = timedelta(seconds=1)
MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
#: The smallest step of time, for both sides of an edge.
INSTANT: Final = timedelta(microseconds=1)

#: A Monday morning, at which tests begin.
NINE: Final = datetime(2026, 3, 16, 9, tzinfo=UTC)
SEOUL: Final = timezone(timedelta(hours=9))

SOMEBODY: Final = Author("somebody", "request-1")


class HandClock:
    """A clock that only the test moves."""

    def __init__(self, now: datetime = NINE) -> None:
        self.now = now

    def __call__(self, _connection: Connection) -> datetime:
        return self.now

    def advance(self, span: timedelta) -> None:
        """Move the clock on."""
        self.now += span


def with_moments(said: dict[str, Any]) -> dict[str, Any]:
    """Return these fields, with `starts_at` and `ends_at` as the moments of their datetimes."""
    windows = {name: said[name] for name in ("starts_at", "ends_at") if said.get(name)}
    return said | {name: Moment.of(written) for name, written in windows.items()}


def a_draft(profile_status_id: str = "BUSY", **said: Any) -> Draft:
    """Return a draft; by default of a present status without an end."""
    return Draft(profile_status_id=profile_status_id, **with_moments(said))


def a_status(**said: Any) -> Status:
    """Return a status; by default present since nine and without an end."""
    starts_at = said.get("starts_at")
    usual: dict[str, Any] = {
        "id": "uprofile-1",
        "works_id": said.get("id", "uprofile-1"),
        "profile_status_id": "BUSY",
        "message": None,
        "starts_at": None,
        "ends_at": None,
        "auto_reply": None,
        "is_muted": False,
        "client": None,
        "place": Place.WORKS,
        "schedule_type": ScheduleType.PRESENT,
        "in_force_at": starts_at.astimezone(UTC) if starts_at else NINE,
        "sequence": 1,
    }
    return Status(**with_moments(usual | said))


def a_reserved_status(**said: Any) -> Status:
    """Return a reserved status; by default from ten to eleven."""
    usual: dict[str, Any] = {
        "id": "uprofile-reserved",
        "schedule_type": ScheduleType.RESERVED,
        "starts_at": NINE + HOUR,
        "ends_at": NINE + 2 * HOUR,
        "sequence": 2,
    }
    return a_status(**(usual | said))


def a_whole_status() -> Status:
    """Return a reserved status with a value in every field."""
    return a_reserved_status(
        message="In a meeting",
        starts_at=(NINE + HOUR).astimezone(SEOUL),
        ends_at=(NINE + 2 * HOUR).astimezone(SEOUL),
        auto_reply=an_auto_reply(),
        client="hr",
        wish=Times(datetime(2026, 3, 16, 19), datetime(2026, 3, 16, 20)),
        zone="Asia/Seoul",
    )


def an_auto_reply(body: str = "I am away.", **said: Any) -> AutoReply:
    """Return a plain reply for inside and outside, as a NAVER WORKS client writes it."""
    usual: dict[str, Any] = {
        "internal": Reply(body=body),
        "external": Reply(body=body),
        "audience": Audience.ALL,
    }
    return AutoReply(**(usual | said))


def an_out_of_office(state: State = State.ENABLED, **said: Any) -> OutOfOffice:
    """Return a setting with an internal text; if scheduled, by default from ten to eleven."""
    usual: dict[str, Any] = {"internal": Text(html="<p>I am away.</p>", subject="Away")}
    if state is State.SCHEDULED:
        usual |= {"starts_at": NINE + HOUR, "ends_at": NINE + 2 * HOUR}
    return OutOfOffice(state=state, **(usual | said))


def a_domain(**said: Any) -> Domain:
    """Return a domain; by default number 1, example.com in Seoul."""
    usual: dict[str, Any] = {"id": 1, "name": "example.com", "zone": "Asia/Seoul"}
    return Domain(**(usual | said))
