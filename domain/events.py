"""Events: the record of every change to a person's statuses."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from domain.status import ScheduleType, Status


class EventKind(StrEnum):
    """What happened. Time causes the first three, a caller the others."""

    PROMOTED = "PROMOTED"  #: a reserved status came into force at its start
    DISABLED = "DISABLED"  #: a status in force ended at its end
    LAPSED = (
        "LAPSED"  #: a reserved status was never in force: its whole window passed before it was processed
    )
    RESERVED = "RESERVED"  #: a status was reserved for later
    PRESENTED = "PRESENTED"  #: a status came into force when it was written
    CHANGED = "CHANGED"  #: a status was changed and kept its id
    REPLACED = "REPLACED"  #: another status replaced it
    DELETED = "DELETED"  #: a status was deleted
    REMEMBERED = "REMEMBERED"  #: the saved texts or dates for the next out-of-office changed


@dataclass(frozen=True, slots=True)
class Event:
    """One event: the status as it was then, and when the change was due (`None` if a caller made it).

    Only CHANGED has `before`: the status before the change.
    """

    kind: EventKind
    status: Status | None
    due_at: datetime | None = None
    before: Status | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """The author of a change: with the id of the request, and of the OAuth client and the job that it belongs to."""

    name: str
    request_id: str | None = None
    client: str | None = None
    job: str | None = None


#: The author of timed starts and ends.
TIME: Final = Author("time")


def of_going(before: Sequence[Status], after: Sequence[Status]) -> list[Event]:
    """Return the events of statuses that are in `before` and not in `after`.

    They are REPLACED if any status is new or has another schedule type, else DELETED.
    """
    kept = {status.id for status in after}
    earlier = {(status.id, status.schedule_type) for status in before}
    gave_way = any((status.id, status.schedule_type) not in earlier for status in after)
    kind = EventKind.REPLACED if gave_way else EventKind.DELETED
    return [Event(kind, status) for status in before if status.id not in kept]


def of_coming(before: Sequence[Status], after: Sequence[Status]) -> list[Event]:
    """Return the events of statuses that are new in `after`, or differ from `before`."""
    found = {status.id: status for status in before}
    return [
        Event(_kind_of(status, is_new=status.id not in found), status, before=found.get(status.id))
        for status in after
        if status.id not in found or as_told(found[status.id]) != as_told(status)
    ]


def as_told(status: Status) -> Status:
    """Return `status` without the id that only NAVER WORKS' clients know; another one is no change of it."""
    return replace(status, works_id=status.id)


def _kind_of(status: Status, *, is_new: bool) -> EventKind:
    if not is_new:
        return EventKind.CHANGED
    return EventKind.RESERVED if status.schedule_type is ScheduleType.RESERVED else EventKind.PRESENTED
