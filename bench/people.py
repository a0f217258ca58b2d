"""The people of the benchmark and their statuses."""

from datetime import timedelta
from typing import Any, Final

from bench.entry import Entry
from domain.moments import Moment
from domain.status import Draft

DOMAIN: Final = "bench.example"
ZONE: Final = "Asia/Seoul"

#: Valid on both databases; its parameter is the number of people.
PEOPLE: Final = """
    WITH RECURSIVE numbered(number) AS (
        SELECT 1 UNION ALL SELECT number + 1 FROM numbered WHERE number < %s
    )
    INSERT INTO person (id, domain_id, user_id, email, name, is_administrator)
    SELECT number, 1, 'bench-' || number, 'u' || number || '@bench.example', 'Person ' || number, false
    FROM numbered"""

#: Whose places the statuses fill, repeated: those of the dialects, and those of plans.
_PLACES: Final = ("works", "oof", None)

#: So long that no status ends during a run.
_WINDOW: Final = timedelta(days=1)


def draft(entry: Entry) -> Draft:
    """Return the status to book for an entry."""
    return Draft(
        profile_status_id="BUSY",
        starts_at=Moment.of(entry.due_at),
        ends_at=Moment.of(entry.due_at + _WINDOW),
    )


def status_row(entry: Entry) -> dict[str, Any]:
    """Return the columns of the status that booking `entry` writes."""
    return {
        "id": entry.status_id,
        "person_id": entry.person_id,
        "schedule_type": "RESERVED",
        "profile_status_id": "BUSY",
        "starts_at": entry.due_at,
        "starts_offset": 0,
        "in_force_at": entry.due_at,
        "ends_at": entry.due_at + _WINDOW,
        "ends_offset": 0,
        "place": _PLACES[entry.person_id % len(_PLACES)],
        "sequence": 1,
    }
