"""Events: nothing else inserts them. Written in the transaction of the change, deleted after their retention time."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, Insert, bindparam, delete, insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from domain.events import Author, Event, EventKind
from domain.status import Status
from store import auto_replies, tables
from store.driver import run
from store.many_rows import ROWS, as_given, each_by_index, given_rows
from store.status_rows import COLUMNS, row_of
from store.types import UtcMoment

_EVENT: Final = tables.event.c
_STATUS: Final = tables.status.c

#: The columns of a status that its event keeps.
_AS_IT_WAS: Final = tuple(name for name in (*COLUMNS, "auto_reply_id", "revision") if name in _EVENT)


class Events:
    """The events of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(
        self,
        person_id: int,
        events: Iterable[Event],
        *,
        shown: Status | None,
        by: Author,
        now: datetime,
    ) -> None:
        """Record events of a person who shows `shown` afterwards; the statuses of the events must be in their table."""
        change = {
            "person_id": person_id,
            "committed_at": now,
            "actor": by.name,
            "actor_client": by.client,
            "request_id": by.request_id,
            "job": by.job,
            **_shown(shown),
        }
        for event in events:
            told = {"kind": event.kind.value, "due_at": event.due_at, "before": _difference(event)}
            row = change | told | _as_it_was(event.status)
            run(self._connection, _RECORD, {f"its_{name}": row.get(name) for name in _GIVEN})

    def forget(self, before: datetime, *, limit: int) -> int:
        """Delete at most `limit` events from before this moment with their reply texts, and return how many."""
        # A literal: with a parameter as limit, PostgreSQL plans the prepared statement as a scan of the whole table.
        at_most = literal(limit, literal_execute=True)
        oldest = (
            select(_EVENT.id).where(_EVENT.committed_at < before).order_by(_EVENT.committed_at).limit(at_most)
        )
        forgotten = self._connection.execute(
            delete(tables.event).where(_EVENT.id.in_(oldest)).returning(_EVENT.auto_reply_id)
        ).all()
        auto_replies.remove_unused(
            self._connection, {number for (number,) in forgotten if number is not None}
        )
        if forgotten:
            self._note_pruning(before)
        return len(forgotten)

    def _note_pruning(self, before: datetime) -> None:
        """Note that events from before this moment may be missing, unless a later one is noted."""
        noted = tables.event_pruning.c
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        row = dialect.insert(tables.event_pruning).values(id=1, pruned_before=before)
        later = row.on_conflict_do_update(
            index_elements=[noted.id], set_={"pruned_before": before}, where=noted.pruned_before < before
        )
        self._connection.execute(later)


def record_all(
    connection: Connection,
    events_of: Iterable[tuple[Status | None, Iterable[Event]]],
    *,
    by: Author,
    now: datetime,
) -> None:
    """Record events of many people, each with what the person shows afterwards.

    The statuses of the events must be in their table, from which they are copied.
    """
    dialect = connection.dialect.name
    rows: dict[EventKind, list[dict[str, Any]]] = {}
    for shown, events in events_of:
        for event in events:
            status_id = event.status and event.status.id
            row = {"status_id": status_id, "before": _difference(event)} | _shown(shown)
            rows.setdefault(event.kind, []).append(row)
    for kind, some in rows.items():
        change = {
            "its_kind": kind.value,
            "its_committed_at": now,
            "its_actor": by.name,
            "its_actor_client": by.client,
            "its_request_id": by.request_id,
            "its_job": by.job,
        }
        run(connection, _recording_all(dialect), change | {ROWS: as_given(dialect, some)})


#: The columns of an event that are neither of its change nor of its status.
_DECIDED: Final = ("status_id", "before", "shown_status_id", "shown_profile_status_id")


@cache
def _recording_all(dialect: str) -> Insert:
    given = given_rows(dialect, *(_EVENT[name] for name in _DECIDED))
    is_it = _STATUS.id == given.c.status_id
    joined, status = each_by_index(dialect, given, tables.status, is_it)
    said = ("kind", "committed_at", "actor", "actor_client", "request_id", "job")
    written = {
        **{name: bindparam(f"its_{name}", type_=_EVENT[name].type) for name in said},
        "domain_id": _domain_of(status.c.person_id),
        "person_id": status.c.person_id,
        **{name: given.c[name] for name in _DECIDED},
        **{name: status.c[name] for name in _AS_IT_WAS},
    }
    events = select(*written.values()).select_from(joined)
    in_order = events.order_by(status.c.person_id, status.c.sequence)
    return insert(tables.event).from_select(list(written), in_order)


def _shown(status: Status | None) -> dict[str, Any]:
    return {
        "shown_status_id": status and status.id,
        "shown_profile_status_id": status and status.profile_status_id,
    }


def insert_for_statuses(  # noqa: PLR0913 (what an event tells)
    kind: EventKind,
    these: ColumnElement[bool],
    *,
    by: Author,
    at: datetime | ColumnElement[datetime],
    shown: Callable[[str], ColumnElement[Any]],
    due_at: ColumnElement[datetime] | None = None,
) -> Insert:
    """Build the statement that inserts an event of this kind for each of these statuses.

    `shown` selects a column of the status that the person shows afterwards. The ids follow the due moments, and each
    person's statuses in their sequence.
    """
    written = _of_change(kind, _STATUS.person_id, by=by, at=at) | {
        "due_at": literal(None, UtcMoment) if due_at is None else due_at,
        "status_id": _STATUS.id,
        **{name: _STATUS[name] for name in _AS_IT_WAS},
        "shown_status_id": shown("id"),
        "shown_profile_status_id": shown("profile_status_id"),
    }
    if kind is EventKind.LAPSED:
        # Claimed as if it came into force, which it never did.
        written["schedule_type"] = tables.RESERVED
    in_order = (
        (_STATUS.person_id, _STATUS.sequence) if due_at is None else (due_at, _STATUS.sequence, _STATUS.id)
    )
    events = select(*written.values()).where(these).order_by(*in_order)
    return insert(tables.event).from_select(list(written), events)


def insert_for_people(
    kind: EventKind, people: ColumnElement[int], these: ColumnElement[bool], *, by: Author, at: datetime
) -> Insert:
    """Build the statement that inserts an event of this kind, without a status, for each of these people."""
    written = _of_change(kind, people, by=by, at=at)
    return insert(tables.event).from_select(
        list(written), select(*written.values()).where(these).order_by(people)
    )


def _of_change(
    kind: EventKind, person_id: ColumnElement[int], *, by: Author, at: datetime | ColumnElement[datetime]
) -> dict[str, ColumnElement[Any]]:
    return {
        "kind": literal(kind.value),
        "domain_id": _domain_of(person_id),
        "person_id": person_id,
        "committed_at": literal(at, UtcMoment) if isinstance(at, datetime) else at,
        "actor": literal(by.name),
        "actor_client": literal(by.client, _EVENT.actor_client.type),
        "request_id": literal(by.request_id, _EVENT.request_id.type),
        "job": literal(by.job, _EVENT.job.type),
    }


def _domain_of(person_id: ColumnElement[int]) -> ColumnElement[int]:
    people = tables.person.alias("its_person")
    return select(people.c.domain_id).where(people.c.id == person_id).scalar_subquery()


def _of_row(column: Column[int], status_id: ColumnElement[str]) -> ColumnElement[int]:
    return select(column).where(_STATUS.id == status_id).scalar_subquery()


#: What the database knows of a status, and the event does not.
_FROM_ROW: Final = ("auto_reply_id", "revision")


_GIVEN: Final = {
    name: bindparam(f"its_{name}", type_=column.type)
    for name, column in _EVENT.items()
    if name not in {"id", "domain_id", *_FROM_ROW}
}

#: Inserts one event; built once, because building it takes longer than running it.
_RECORD: Final = insert(tables.event).values(
    _GIVEN
    | {"domain_id": _domain_of(_GIVEN["person_id"])}
    | {name: _of_row(_STATUS[name], _GIVEN["status_id"]) for name in _FROM_ROW}
)


def _difference(event: Event) -> str | None:
    """Return what differed before a change, by column, as JSON. A reply is told by whether it answered mail."""
    before, after = event.before, event.status
    if before is None or after is None:
        return None
    earlier, later = row_of(before), row_of(after)
    differing = {name: _plain(earlier[name]) for name in _AS_IT_WAS if earlier.get(name) != later.get(name)}
    if before.auto_reply != after.auto_reply or before.is_out_of_office != after.is_out_of_office:
        differing["answers_mail"] = before.is_out_of_office
    return json.dumps(differing)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _as_it_was(status: Status | None) -> dict[str, Any]:
    return {} if status is None else row_of(status) | {"status_id": status.id}
