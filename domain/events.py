"""What happened to a person's statuses: the record that every change leaves behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.status import ScheduleType, Status, is_same


class EventKind(StrEnum):
    """What happened. The first three are the clock's doing, the others somebody's."""

    PROMOTED = "PROMOTED"  #: a reserved status came into force at its start
    DISABLED = "DISABLED"  #: a status in force was over at its end
    LAPSED = (
        "LAPSED"  #: a reserved status was never in force: its whole window passed while everything was down
    )
    RESERVED = "RESERVED"  #: a status was booked
    PRESENTED = "PRESENTED"  #: a status came into force by being written
    CHANGED = "CHANGED"  #: a status was rewritten under its id
    REPLACED = "REPLACED"  #: a status gave way to another one
    DELETED = "DELETED"  #: a status was taken away
    REMEMBERED = "REMEMBERED"  #: the texts or dates kept for the next out-of-office changed


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: to which status (as it was), and when that was due (`None`: at once)."""

    kind: EventKind
    status: Status | None
    due_at: datetime | None = None


def of_going(before: Sequence[Status], after: Sequence[Status]) -> list[Event]:
    """Return what went when a writer who found `before` left `after`.

    It gave way if anything took a place that it did not have before, else it was taken away.
    """
    kept = {status.id for status in after}
    places = {(status.id, status.schedule_type) for status in before}
    gave_way = any((status.id, status.schedule_type) not in places for status in after)
    kind = EventKind.REPLACED if gave_way else EventKind.DELETED
    return [Event(kind, status) for status in before if status.id not in kept]


def of_coming(before: Sequence[Status], after: Sequence[Status]) -> list[Event]:
    """Return what a writer who found `before` and left `after` wrote anew or rewrote."""
    found = {status.id: status for status in before}
    return [
        Event(_kind_of(status, is_new=status.id not in found), status)
        for status in after
        if status.id not in found or not is_same(found[status.id], status)
    ]


def _kind_of(status: Status, *, is_new: bool) -> EventKind:
    if not is_new:
        return EventKind.CHANGED
    return EventKind.RESERVED if status.schedule_type is ScheduleType.RESERVED else EventKind.PRESENTED
