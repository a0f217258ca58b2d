"""The SQL statements of `store.due`, built once: building one takes longer than running it."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    JSON,
    ColumnElement,
    Delete,
    Insert,
    Integer,
    Select,
    String,
    Update,
    any_,
    bindparam,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)

from domain.events import EventKind
from domain.status import ScheduleType
from store import snapshots, tables
from store.types import UtcMoment

_STATUS: Final = tables.status.c

_MOMENT: Final = bindparam("moment", type_=UtcMoment)
_WRITTEN_AT: Final = bindparam("written_at", type_=UtcMoment)
_AT_MOST: Final = bindparam("at_most", type_=Integer)


@dataclass(frozen=True, slots=True)
class Statements:
    """The statements that find and carry out the transitions of one kind. Comments name their parameters."""

    first: Select[Any]
    first_after: Select[Any]  #: `moment`
    last: Select[Any]  #: `moment`
    beyond: Select[Any]  #: `moment`, `at_most`
    claim: Select[Any]  #: `moment`, `at_most`
    out_of_order: Select[Any]  #: `status_ids`
    record: Insert  #: `moment`, `written_at`, `status_ids`
    begin: Update  #: `status_ids`
    remove: Delete  #: `status_ids`


@cache
def of_starts(dialect: str) -> Statements:
    """Return the statements that bring reserved statuses into force, for this SQL dialect."""
    return _build(
        dialect,
        due_at=_STATUS.in_force_at,
        waits=_STATUS.schedule_type == tables.RESERVED,
        event_kind=case((_STATUS.ends_at <= _MOMENT, EventKind.LAPSED.value), else_=EventKind.PROMOTED.value),
    )


@cache
def of_ends(dialect: str) -> Statements:
    """Return the statements that end statuses in force, for this SQL dialect."""
    return _build(
        dialect,
        due_at=_STATUS.ends_at,
        waits=_STATUS.schedule_type == tables.PRESENT,
        event_kind=literal(EventKind.DISABLED.value),
    )


def _build(
    dialect: str,
    *,
    due_at: ColumnElement[Any],
    waits: ColumnElement[bool],
    event_kind: ColumnElement[str],
) -> Statements:
    these = _these(dialect)
    waiting = select(due_at).where(waits, due_at.is_not(None)).limit(1)
    first = waiting.order_by(due_at, _STATUS.id)
    return Statements(
        first=first,
        first_after=first.where(due_at > _MOMENT),
        last=waiting.where(due_at <= _MOMENT).order_by(due_at.desc(), _STATUS.id.desc()),
        beyond=first.where(due_at <= _MOMENT).offset(_AT_MOST),
        claim=select(_STATUS.id, _STATUS.in_force_at, _STATUS.ends_at)
        .where(waits, due_at <= _MOMENT, ~_earlier_of_the_same_person(due_at))
        .order_by(due_at, _STATUS.id)
        .limit(_AT_MOST)
        .with_for_update(skip_locked=True),
        out_of_order=select(_STATUS.id).where(these, _earlier_of_the_same_person(due_at)),
        record=_record(due_at, event_kind, these),
        begin=update(tables.status).where(these).values(schedule_type=ScheduleType.PRESENT.value),
        remove=delete(tables.status).where(these),
    )


def _these(dialect: str) -> ColumnElement[bool]:
    """Return the condition for the ids in a JSON list; the statement is the same for one id and for many."""
    ids = bindparam("status_ids", type_=String)
    if dialect == "postgresql":
        elements = select(func.json_array_elements_text(cast(ids, JSON))).scalar_subquery()
        return _STATUS.id == any_(func.array(elements))
    return _STATUS.id.in_(select(func.json_each(ids).table_valued("value").c.value))


def _earlier_of_the_same_person(due_at: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that the person has an earlier transition: one person's are carried out in order."""
    other = tables.status.alias("other")
    its_due_at = case(
        (other.c.schedule_type == tables.RESERVED, other.c.in_force_at),
        else_=other.c.ends_at,
    )
    theirs = select(other.c.id).where(other.c.person_id == _STATUS.person_id, its_due_at < due_at)
    # OFFSET keeps PostgreSQL from turning this into a join. A join planned while the table was empty would read the
    # whole table for each row.
    return theirs.offset(0).exists()


def _record(due_at: ColumnElement[Any], event_kind: ColumnElement[str], these: ColumnElement[bool]) -> Insert:
    written = {
        "kind": event_kind,
        "due_at": due_at,
        "committed_at": _WRITTEN_AT,
        "actor": literal("time"),
        "status_id": _STATUS.id,
        "shown_status_id": snapshots.shown("id", _MOMENT),
        "shown_profile_status_id": snapshots.shown("profile_status_id", _MOMENT),
    } | snapshots.OF_STATUS
    events = select(*written.values()).where(these).order_by(due_at, _STATUS.id)
    return insert(tables.event).from_select(list(written), events)
