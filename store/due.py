"""What time has to do: the starts and ends that have come, and when the next one comes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    ScalarSelect,
    String,
    and_,
    any_,
    case,
    delete,
    exists,
    insert,
    literal,
    or_,
    select,
    update,
)

from domain.events import EventKind
from domain.status import ScheduleType
from store import tables

#: How many transitions are carried out in one transaction: its locks are held for milliseconds, and from here on a
#: larger batch is no faster.
BATCH: Final = 500

#: What falls due this long after the moment that a worker was sent for is served by that worker, too. So a dense
#: stream of due moments does not cost a message each.
SPAN: Final = timedelta(milliseconds=250)


class Kind(StrEnum):
    """The two timed transitions."""

    START = "start"  #: a reserved status comes into force, or lapses
    END = "end"  #: a status in force is over


@dataclass(frozen=True, slots=True)
class Transition:
    """A transition that was made: of which status, what became of it, and how much later than it was due."""

    status_id: str
    kind: EventKind
    lateness: timedelta


_STATUS: Final = tables.status.c
_DUE_AT: Final = {Kind.START: _STATUS.in_force_at, Kind.END: _STATUS.ends_at}
_WAITS: Final = {
    Kind.START: _STATUS.schedule_type == tables.RESERVED,
    Kind.END: _STATUS.schedule_type == tables.PRESENT,
}


class Due:
    """The due transitions of one transaction."""

    def __init__(self, connection: Connection, clock: Callable[[], datetime]) -> None:
        self._connection = connection
        self._clock = clock

    def next(self, kind: Kind, *, after: datetime | None = None) -> datetime | None:
        """Return when the earliest transition of this kind is or was due, of those due later than `after`."""
        due_at = _DUE_AT[kind]
        query = select(due_at).where(_WAITS[kind], due_at.is_not(None)).order_by(due_at, _STATUS.id).limit(1)
        if after is not None:
            query = query.where(due_at > after)
        return self._connection.execute(query).scalar_one_or_none()

    def is_more_than(self, kind: Kind, count: int, *, by: datetime) -> bool:
        """Return whether more than `count` transitions of this kind are due by this moment."""
        query = select(_STATUS.id).where(_WAITS[kind], _DUE_AT[kind] <= by).order_by(_DUE_AT[kind])
        return self._connection.execute(query.offset(count).limit(1)).first() is not None

    def promote(self, *, limit: int) -> list[Transition]:
        """Make at most `limit` reserved statuses present whose start has come, earliest first.

        Each is promoted exactly once, whoever else is at it: rows another worker holds are passed over, and the
        event is written in the same transaction. One whose end has come as well was never in force, and goes.
        """
        now = self._clock()
        rows = self._claim(Kind.START, now, limit=limit)
        over = [row.id for row in rows if row.ends_at is not None and row.ends_at <= now]
        begun = [row.id for row in rows if row.ends_at is None or row.ends_at > now]
        if begun:
            present = {"schedule_type": ScheduleType.PRESENT.value}
            self._connection.execute(update(tables.status).where(self._are(begun)).values(present))
        committed_at = self._record(Kind.START, [row.id for row in rows], now)
        self._remove(over)
        gone = set(over)
        return [
            Transition(
                row.id,
                EventKind.LAPSED if row.id in gone else EventKind.PROMOTED,
                committed_at - row.in_force_at,
            )
            for row in rows
        ]

    def disable(self, *, limit: int) -> list[Transition]:
        """Take away at most `limit` statuses in force whose end has come, earliest first; what they cover shows again.

        Each ends exactly once, with its event, as in `promote`.
        """
        now = self._clock()
        rows = self._claim(Kind.END, now, limit=limit)
        committed_at = self._record(Kind.END, [row.id for row in rows], now)
        self._remove([row.id for row in rows])
        return [Transition(row.id, EventKind.DISABLED, committed_at - row.ends_at) for row in rows]

    def _claim(self, kind: Kind, now: datetime, *, limit: int) -> Sequence[Any]:
        due_at = _DUE_AT[kind]
        return self._connection.execute(
            select(_STATUS.id, _STATUS.in_force_at, _STATUS.ends_at)
            .where(_WAITS[kind], due_at <= now, ~_earlier_of_the_same_person(due_at))
            .order_by(due_at, _STATUS.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()

    def _record(self, kind: Kind, status_ids: list[str], now: datetime) -> datetime:
        """Return when the events of these statuses were written."""
        committed_at = self._clock()
        if status_ids:
            names = [
                "kind",
                "due_at",
                "committed_at",
                "actor",
                "status_id",
                "shown_status_id",
                "shown_profile_status_id",
            ]
            names += _COPIED
            self._connection.execute(
                insert(tables.event).from_select(
                    names,
                    select(
                        _event_kind(kind, now),
                        _DUE_AT[kind],
                        literal(committed_at, tables.event.c.committed_at.type),
                        literal("time"),
                        _STATUS.id,
                        _shown("id", now),
                        _shown("profile_status_id", now),
                        *(_STATUS[name] for name in _COPIED),
                    )
                    .where(self._are(status_ids))
                    .order_by(_DUE_AT[kind], _STATUS.id),
                )
            )
        return committed_at

    def _are(self, status_ids: list[str]) -> ColumnElement[bool]:
        """Say which statuses these are; PostgreSQL takes them as one array, in a statement that is prepared once."""
        if self._connection.dialect.name == "postgresql":
            return _STATUS.id == any_(literal(status_ids, ARRAY(String)))
        return _STATUS.id.in_(status_ids)

    def _remove(self, status_ids: list[str]) -> None:
        if status_ids:
            self._connection.execute(delete(tables.status).where(self._are(status_ids)))


#: What an event keeps of its status, under the same names.
_COPIED: Final = [
    "person_id",
    "schedule_type",
    "profile_status_id",
    "message",
    "starts_at",
    "ends_at",
    "auto_reply_id",
    "origin",
]


def _earlier_of_the_same_person(due_at: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Say whether the status' person has an earlier transition waiting: each person's are made in the order of time."""
    other = tables.status.alias("other")
    its_due_at = case(
        (other.c.schedule_type == tables.RESERVED, other.c.in_force_at),
        else_=other.c.ends_at,
    )
    return exists().where(other.c.person_id == _STATUS.person_id, its_due_at < due_at)


def _event_kind(kind: Kind, now: datetime) -> ColumnElement[str]:
    if kind is Kind.END:
        return literal(EventKind.DISABLED.value)
    return case((_STATUS.ends_at <= now, EventKind.LAPSED.value), else_=EventKind.PROMOTED.value)


def _shown(column: str, now: datetime) -> ScalarSelect[Any]:
    """Say what a status' person shows at `now`: the rule of `domain.timeline.as_of`, for many people at once."""
    layer = tables.status.alias("layer")
    holds = and_(
        layer.c.in_force_at <= now,
        or_(layer.c.ends_at.is_(None), layer.c.ends_at > now),
    )
    return (
        select(layer.c[column])
        .where(layer.c.person_id == _STATUS.person_id, holds)
        .order_by(layer.c.in_force_at.desc(), layer.c.turn.desc())
        .limit(1)
        .scalar_subquery()
    )
