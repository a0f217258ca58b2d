"""The SQL statements of `store.due`, built once: building one takes longer than running it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Delete,
    Executable,
    Insert,
    Integer,
    Select,
    String,
    Update,
    and_,
    any_,
    bindparam,
    cast,
    delete,
    false,
    func,
    null,
    or_,
    select,
    update,
)

from domain.events import TIME, EventKind
from domain.status import ScheduleType
from store import tables
from store.events import insert_for_statuses
from store.timelines import due_at, shown_at
from store.types import UtcMoment

_STATUS: Final = tables.status.c
_OTHER: Final = tables.status.alias("other")

#: A start changes nothing in a calendar.
_AS_BEFORE: Final = {"revision": _STATUS.revision}

_MOMENT: Final = bindparam("moment", type_=UtcMoment)
_REACH: Final = bindparam("reach", type_=UtcMoment)
_WRITTEN_AT: Final = bindparam("written_at", type_=UtcMoment)
_AT_MOST: Final = bindparam("at_most", type_=Integer)


@dataclass(frozen=True, slots=True)
class Statements:
    """The statements that find and carry out the transitions of one kind. Comments name their parameters."""

    first: Select[Any]
    first_after: Select[Any]  #: `moment`
    last: Select[Any]  #: `moment`
    beyond: Select[Any]  #: `moment`, `at_most`
    claim: Executable  #: `moment`, `at_most`
    record: dict[
        EventKind, Insert
    ]  #: `moment`, `reach`, `written_at` (None: the database's clock), `status_ids`, `in_hand`
    lock_simultaneous: Select[Any]  #: `status_ids`
    remove: Delete  #: `status_ids`
    put_back: Update  #: `status_ids`


@dataclass(frozen=True, slots=True)
class _Wait:
    """What waits for a transition of one kind: the schedule type, and the column of the due moment."""

    schedule_type: ColumnElement[str]
    due: Column[datetime]


_FOR_START: Final = _Wait(tables.RESERVED, _STATUS.in_force_at)
_FOR_END: Final = _Wait(tables.PRESENT, _STATUS.ends_at)


@cache
def of_starts(dialect: str) -> Statements:
    """Return the statements that bring reserved statuses into force, for this SQL dialect."""
    claim = (
        update(tables.status)
        .where(_is_one_of(_due_now(_FOR_START), _STATUS.id, dialect))
        .values(schedule_type=ScheduleType.PRESENT.value, **_AS_BEFORE)
        .returning(*_claimed(_FOR_START, dialect))
    )
    # At the same moment ends come first; of several starts the one with the lower sequence.
    goes_first = or_(_OTHER.c.schedule_type == tables.PRESENT, _OTHER.c.sequence < _STATUS.sequence)
    kinds = (EventKind.PROMOTED, EventKind.LAPSED)
    return Statements(
        claim=claim, **_finding(_FOR_START), **_recording(_FOR_START, dialect, kinds, goes_first)
    )


@cache
def of_ends(dialect: str) -> Statements:
    """Return the statements that end statuses in force, for this SQL dialect."""
    claim = _due_now(_FOR_END).with_only_columns(*_claimed(_FOR_END, dialect))
    goes_first = and_(_OTHER.c.schedule_type == tables.PRESENT, _OTHER.c.sequence < _STATUS.sequence)
    return Statements(
        claim=claim,
        **_finding(_FOR_END),
        **_recording(_FOR_END, dialect, (EventKind.DISABLED,), goes_first),
    )


def _finding(wait: _Wait) -> dict[str, Any]:
    due = wait.due
    waiting = select(due).where(_STATUS.schedule_type == wait.schedule_type, due.is_not(None)).limit(1)
    first = waiting.order_by(due, _STATUS.id)
    return {
        "first": first,
        "first_after": first.where(due > _MOMENT),
        "last": waiting.where(due <= _MOMENT).order_by(due.desc(), _STATUS.id.desc()),
        "beyond": first.where(due <= _MOMENT).offset(_AT_MOST),
    }


def _recording(
    wait: _Wait, dialect: str, kinds: Iterable[EventKind], goes_first: ColumnElement[bool]
) -> dict[str, Any]:
    """Build the statements for claimed rows. `goes_first` orders what is due at the same moment."""
    these = _is_named("status_ids", _STATUS.id, dialect)
    simultaneous = and_(due_at(_OTHER) == wait.due, goes_first)
    # On SQLite, where a writer is alone, nothing is in the hands of another.
    is_elsewhere = false() if dialect == "sqlite" else ~_is_named("in_hand", _OTHER.c.id, dialect)
    must_wait = _person_has(
        _OTHER.c.in_force_at <= wait.due, or_(due_at(_OTHER) < wait.due, and_(simultaneous, is_elsewhere))
    )
    return {
        "record": {
            kind: insert_for_statuses(
                kind,
                and_(these, ~must_wait),
                by=TIME,
                at=_written_at(dialect),
                shown=shown_at(_MOMENT, reach=_REACH),
                due_at=wait.due,
            ).returning(tables.event.c.status_id, tables.event.c.committed_at)
            for kind in kinds
        },
        "lock_simultaneous": _lock_simultaneous(these, simultaneous, dialect),
        "remove": delete(tables.status).where(these),
        "put_back": update(tables.status)
        .where(these)
        .values(schedule_type=ScheduleType.RESERVED.value, **_AS_BEFORE),
    }


def _written_at(dialect: str) -> ColumnElement[datetime]:
    """Return `written_at`, or the time by the database's clock, read once after the statement saw what is committed."""
    if dialect == "sqlite":
        return _WRITTEN_AT
    clock = select(func.clock_timestamp(type_=UtcMoment)).scalar_subquery()
    return func.coalesce(_WRITTEN_AT, func.greatest(_MOMENT, clock))


def _lock_simultaneous(
    these: ColumnElement[bool], simultaneous: ColumnElement[bool], dialect: str
) -> Select[Any]:
    people = select(_STATUS.person_id).where(these)
    theirs = select(_STATUS.id).where(these, _STATUS.person_id == _OTHER.c.person_id, simultaneous)
    return (
        select(_OTHER.c.id)
        .where(_is_one_of(people, _OTHER.c.person_id, dialect), theirs.offset(0).exists())
        .with_for_update(of=_OTHER, skip_locked=True)
    )


def _due_now(wait: _Wait) -> Select[Any]:
    """Select and lock the ids of what is due, unless its person has an earlier transition."""
    return (
        select(_STATUS.id)
        .where(
            _STATUS.schedule_type == wait.schedule_type,
            wait.due <= _MOMENT,
            ~_person_has(_OTHER.c.in_force_at < wait.due, due_at(_OTHER) < wait.due),
        )
        .order_by(wait.due, _STATUS.id)
        .limit(_AT_MOST)
        .with_for_update(skip_locked=True)
    )


def _claimed(wait: _Wait, dialect: str) -> list[ColumnElement[Any]]:
    """Return the columns of a claim: the window, the database's clock after the lock, and the next due moment."""
    window = [_STATUS.id, _STATUS.in_force_at, _STATUS.ends_at]
    if dialect == "sqlite":
        return [*window, null().label("now"), null().label("following")]
    later = tables.status.alias("later")
    due = later.c[wait.due.name]
    following = (
        select(due)
        .where(later.c.schedule_type == wait.schedule_type, due > _MOMENT)
        .order_by(due, later.c.id)
        .limit(1)
        .scalar_subquery()
    )
    return [*window, func.clock_timestamp(type_=UtcMoment).label("now"), following.label("following")]


def _is_named(name: str, column: ColumnElement[str], dialect: str) -> ColumnElement[bool]:
    """Return the condition for the ids in a JSON list; the statement is the same for one id and for many."""
    ids = bindparam(name, type_=String)
    if dialect == "postgresql":
        return _is_one_of(select(func.json_array_elements_text(cast(ids, JSON))), column, dialect)
    return column.in_(select(func.json_each(ids).table_valued("value").c.value))


def _is_one_of(ids: Select[Any], column: ColumnElement[Any], dialect: str) -> ColumnElement[bool]:
    """Return the condition for selected ids. For IN, PostgreSQL may read the whole table; for an array it does not."""
    if dialect == "postgresql":
        return column == any_(func.array(ids.scalar_subquery()))
    return column.in_(ids)


def _person_has(begun: ColumnElement[bool], condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return whether the person of a status has another one that meets this condition.

    `begun` limits its start, so that the plans that lie ahead are not read; `condition` implies it.
    """
    theirs = select(_OTHER.c.id).where(_OTHER.c.person_id == _STATUS.person_id, begun, condition)
    # OFFSET keeps PostgreSQL from turning this into a join. A join planned while the table was empty would read the
    # whole table for each row.
    return theirs.offset(0).exists()
