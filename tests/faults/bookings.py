"""Thousands of people's statuses that start and end in a few seconds, while a fault happens."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert

from domain.directory import Person
from store import tables
from tests.journey.deployment import Deployment

_SECOND: Final = timedelta(seconds=1)
_HOUR: Final = timedelta(hours=1)
_THOUSANDS: Final = 1000

#: The rows per second that can be written before anything is due; a shared machine writes three times as many.
_ROWS_A_SECOND: Final = 5000

#: Whose places the statuses fill, repeated: those of the dialects, and those of plans.
_PLACES: Final = ("works", "oof", None)

#: The lengths of the reserved windows, repeated. The shortest lies completely within most outages.
_WINDOWS: Final = (_SECOND / 2, 2 * _SECOND, None)


@dataclass(frozen=True, slots=True)
class Bookings:
    """The first and the last due time of the booked statuses, and the time of the storm between."""

    begins_at: datetime
    storm_at: datetime
    over_at: datetime


def book(
    deployment: Deployment,
    people: list[Person],
    *,
    begins_at: datetime | None = None,
    stretch: timedelta | None = None,
    storms: bool = True,
    profile_status_id: str = "BUSY",
) -> Bookings:
    """Give each of these people a status in force that ends, and a reserved one that starts and ends.

    Some have a plan besides, which starts as the reserved one ends. Half of the reserved ones start in a storm in the
    middle of `stretch` (1.4 s; four for thousands), the others all along. Statuses that do not end soon end in a storm
    at the end. Without `storms`, each starts at a different time.
    """
    ahead = _SECOND * (1.2 + 4 * len(people) / _ROWS_A_SECOND)
    begins_at = begins_at or deployment.now() + ahead
    stretch = stretch or _SECOND * (4 if len(people) > _THOUSANDS else 1.4)
    bookings = Bookings(begins_at, begins_at + stretch / 2, begins_at + stretch)
    rows = [
        row | {"profile_status_id": profile_status_id}
        for number, person in enumerate(people)
        for row in _statuses(person, number, number / len(people), bookings, storms=storms)
    ]
    with deployment.store.writing() as transaction:
        transaction.connection.execute(insert(tables.status), rows)
        transaction.connection.execute(insert(tables.event), [_booked(row) for row in rows])
    return bookings


def _statuses(
    person: Person, number: int, part: float, bookings: Bookings, *, storms: bool
) -> list[dict[str, Any]]:
    """Return the rows of one person, at this fraction of all people."""
    stretch = bookings.over_at - bookings.begins_at
    along = bookings.begins_at + part * stretch * 0.9
    starts_at = bookings.storm_at if storms and number % 2 else along
    window = _WINDOWS[number % len(_WINDOWS)]
    ends_at = bookings.over_at if window is None else min(starts_at + window, bookings.over_at)
    # The status in force ends before the other starts, at the same time, or while it is covered.
    before_ends_at = along if number % 4 < 2 else starts_at
    # All kinds of statuses, with windows of all lengths.
    place = _PLACES[number // len(_WINDOWS) % len(_PLACES)]
    below = None if number // 2 % 2 else "works"
    rows = [
        _row(person, "before", "PRESENT", bookings.begins_at - _HOUR, before_ends_at, below, sequence=1),
        _row(person, "reserved", "RESERVED", starts_at, ends_at, place, sequence=2),
    ]
    if number // len(_WINDOWS) % 4 == 0 and ends_at < bookings.over_at:
        rows.append(_row(person, "plan", "RESERVED", ends_at, bookings.over_at, None, sequence=3))
    return rows


def _row(
    person: Person,
    name: str,
    schedule_type: str,
    starts_at: datetime,
    ends_at: datetime,
    place: str | None,
    *,
    sequence: int,
) -> dict[str, Any]:
    return {
        "id": f"uprofile-{name}-{person.id}",
        "person_id": person.id,
        "schedule_type": schedule_type,
        "starts_at": starts_at,
        "in_force_at": starts_at,
        "ends_at": ends_at,
        "place": place,
        "sequence": sequence,
    }


def _booked(row: dict[str, Any]) -> dict[str, Any]:
    """Return the first event of a status."""
    return {
        "kind": "RESERVED" if row["schedule_type"] == "RESERVED" else "PRESENTED",
        "person_id": row["person_id"],
        "committed_at": row["starts_at"] - _HOUR,
        "actor": "hr",
        "status_id": row["id"],
        "schedule_type": row["schedule_type"],
        "profile_status_id": row["profile_status_id"],
        "starts_at": row["starts_at"],
        "ends_at": row["ends_at"],
        "place": row["place"],
    }
