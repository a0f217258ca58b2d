"""Changes of many people's plans at once: what was sent, what was decided, and how far each one is."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from domain.bulk import Action, Decision
from domain.bulk_changes import AT_WORK, BulkChange, Entry, State
from domain.status import Status
from domain.window import Window
from store import auto_replies, tables
from store.bookings import from_document, to_document
from store.many_rows import insert_all, is_one_of, update_all
from store.status_rows import READ, row_of, status_of

_CHANGE: Final = tables.change.c
_ENTRY: Final = tables.change_entry.c

#: How long a change is kept that was applied, and one that was not.
KEPT: Final = timedelta(days=30)
_KEPT_UNAPPLIED: Final = timedelta(days=7)


_APPLIED: Final = (State.APPLIED, State.UNDONE)


class Changes:
    """The changes of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, change: BulkChange) -> None:
        """Store a new change."""
        row = {name: getattr(change, name) for name in _PLAIN} | {
            "state": change.state.value,
            "all_from": change.all_of and change.all_of.starts_at,
            "all_until": change.all_of and change.all_of.ends_at,
            "counts": dict(change.counts),
        }
        self._connection.execute(insert(tables.change).values(row))

    def find(self, change_id: str, *, lock: bool = False) -> BulkChange | None:
        """Return the change with this id."""
        query = select(tables.change).where(_CHANGE.id == change_id)
        row = self._connection.execute(query.with_for_update() if lock else query).first()
        return _change(row) if row else None

    def take(self, change_id: str) -> BulkChange | None:
        """Lock and return the change with this id, unless somebody has it."""
        query = select(tables.change).where(_CHANGE.id == change_id).with_for_update(skip_locked=True)
        row = self._connection.execute(query).first()
        return _change(row) if row else None

    def listed(
        self, domain_id: int, *, client: str | None, after: tuple[datetime, str] | None, limit: int
    ) -> list[BulkChange]:
        """Return at most `limit` changes of a domain, or of one client, the newest first, after this position."""
        these: list[ColumnElement[bool]] = [_CHANGE.domain_id == domain_id]
        if client is not None:
            these.append(_CHANGE.client == client)
        if after is not None:
            moment, change_id = after
            older = (_CHANGE.created_at < moment) | (
                (_CHANGE.created_at == moment) & (_CHANGE.id < change_id)
            )
            these.append(older)
        query = select(tables.change).where(*these).order_by(_CHANGE.created_at.desc(), _CHANGE.id.desc())
        return [_change(row) for row in self._connection.execute(query.limit(limit))]

    def count_unapplied(self, domain_id: int, client: str) -> int:
        """Count the changes of a client that were never applied."""
        states = [state.value for state in State if state not in {State.APPLIED, State.UNDOING, State.UNDONE}]
        these = (_CHANGE.domain_id == domain_id, _CHANGE.client == client, _CHANGE.state.in_(states))
        counted: int = self._connection.execute(select(func.count()).where(*these)).scalar_one()
        return counted

    def at_work(self) -> list[str]:
        """Return the ids of the changes that are not done, the oldest first."""
        these = _CHANGE.state.in_([state.value for state in AT_WORK])
        return list(self._connection.scalars(select(_CHANGE.id).where(these).order_by(_CHANGE.created_at)))

    def wait(self, *, since: datetime) -> bool:
        """Return whether a change is at work, and went no further since this moment."""
        is_at_work = _CHANGE.state.in_([state.value for state in AT_WORK])
        waits = _CHANGE.touched_at <= since
        return self._connection.scalar(select(_CHANGE.id).where(is_at_work, waits).limit(1)) is not None

    def save(self, change: BulkChange, **values: Any) -> BulkChange:
        """Store new values of a change, and return it with them."""
        plain = {name: value.value if isinstance(value, State) else value for name, value in values.items()}
        self._connection.execute(update(tables.change).where(_CHANGE.id == change.id).values(plain))
        return replace(change, **values)

    def remove(self, change_id: str) -> None:
        """Delete a change with its entries."""
        self._connection.execute(delete(tables.change_entry).where(_ENTRY.change_id == change_id))
        self._connection.execute(delete(tables.change).where(_CHANGE.id == change_id))

    def add_entries(self, change_id: str, entries: Iterable[Entry]) -> None:
        """Store new entries."""
        rows = [
            {"change_id": change_id, "person_id": one.person_id, "person": one.person}
            | {"external_id": one.external_id, "word": one.word and to_document(one.word)}
            | _decided(one)
            for one in entries
        ]
        insert_all(self._connection, tables.change_entry, rows)

    def save_entries(self, change_id: str, entries: Iterable[Entry]) -> None:
        """Store what was decided of these entries."""
        rows = [{"change_id": change_id, **_decided(one)} for one in entries]
        update_all(self._connection, tables.change_entry, rows)

    def next_entries(
        self, change: BulkChange, *, at_most: int, until: int | None = None
    ) -> dict[int, list[Entry]]:
        """Return the entries of the next people of a change: by person, both in the order of their numbers.

        They are at most so many, or those of one person.
        """
        these = [_ENTRY.change_id == change.id, _ENTRY.person_id > change.position]
        if until is not None:
            these.append(_ENTRY.person_id <= until)
        query = select(tables.change_entry).where(*these).order_by(_ENTRY.change_id, _ENTRY.person_id)
        rows = self._connection.execute(query.limit(at_most + 1)).all()
        if len(rows) > at_most:
            # The last one may have more entries.
            last = rows[-1].person_id
            others = [row for row in rows if row.person_id != last]
            rows = others or self._connection.execute(query.where(_ENTRY.person_id == last)).all()
        found: dict[int, list[Entry]] = {}
        for row in sorted(rows, key=attrgetter("person_id", "number")):
            found.setdefault(row.person_id, []).append(_entry(row, change.client))
        return found

    def count_people(self, change_id: str) -> int:
        """Count the people whom a change concerns."""
        query = select(func.count(_ENTRY.person_id.distinct())).where(_ENTRY.change_id == change_id)
        counted: int = self._connection.execute(query).scalar_one()
        return counted

    def count_actions(self, change_id: str) -> dict[str, int]:
        """Count the entries of a change by action; those that only name a person do not count."""
        query = (
            select(_ENTRY.action, func.count())
            .where(_ENTRY.change_id == change_id, _ENTRY.external_id.is_not(None) | _IS_REFUSED)
            .group_by(_ENTRY.action)
        )
        return {row.action: row[1] for row in self._connection.execute(query)}

    def count_left(self, change_id: str) -> int:
        """Count the entries that an undo left as they were."""
        these = (_ENTRY.change_id == change_id, _ENTRY.left_because.is_not(None))
        counted: int = self._connection.execute(select(func.count()).where(*these)).scalar_one()
        return counted

    def last_number(self, change_id: str) -> int:
        """Return the highest number of an entry."""
        query = select(func.max(_ENTRY.number)).where(_ENTRY.change_id == change_id)
        return self._connection.execute(query).scalar_one() or 0

    def page(
        self,
        change: BulkChange,
        *,
        actions: Collection[Action] = (),
        is_left: bool = False,
        after: int = 0,
        limit: int,
    ) -> list[Entry]:
        """Return at most `limit` entries after this number: all, or those with these actions, or those left."""
        these = [_ENTRY.change_id == change.id, _ENTRY.number > after]
        these.append(_ENTRY.external_id.is_not(None) | _IS_REFUSED)
        if actions:
            these.append(_ENTRY.action.in_([action.value for action in actions]))
        if is_left:
            these.append(_ENTRY.left_because.is_not(None))
        query = select(tables.change_entry).where(*these).order_by(_ENTRY.number).limit(limit)
        return [_entry(row, change.client) for row in self._connection.execute(query)]

    def drop_cancelled(self, change_id: str, people: Collection[int]) -> None:
        """Delete the entries of these people that only say what is cancelled: they are planned anew."""
        these = (_ENTRY.change_id == change_id, is_one_of(self._connection, _ENTRY.person_id, people))
        self._connection.execute(
            delete(tables.change_entry).where(*these, _ENTRY.action == Action.CANCELLED.value)
        )

    def booked_people(self, domain_id: int, client: str) -> Sequence[int]:
        """Return the numbers of the people for whom this client has bookings."""
        rows = tables.booking.c
        query = select(rows.person_id).where(rows.domain_id == domain_id, rows.client == client).distinct()
        return self._connection.scalars(query).all()

    def named_people(self, change_id: str) -> set[int]:
        """Return the numbers of the people who have entries."""
        query = select(_ENTRY.person_id).where(_ENTRY.change_id == change_id, _ENTRY.person_id.is_not(None))
        return {number for number in self._connection.scalars(query.distinct()) if number is not None}

    def forget(self, now: datetime, *, limit: int) -> int:
        """Delete at most `limit` entries of changes whose time is over, or one such change; return how many."""
        is_applied = _CHANGE.state.in_([state.value for state in _APPLIED])
        is_old = (is_applied & (_CHANGE.touched_at < now - KEPT)) | (
            ~_CHANGE.state.in_([state.value for state in (*_APPLIED, *AT_WORK)])
            & (_CHANGE.touched_at < now - _KEPT_UNAPPLIED)
        )
        change_id = self._connection.scalar(select(_CHANGE.id).where(is_old).limit(1))
        if change_id is None:
            return 0
        numbers = select(_ENTRY.number).where(_ENTRY.change_id == change_id).order_by(_ENTRY.number)
        last = max(self._connection.scalars(numbers.limit(limit)), default=None)
        if last is None:
            return self._connection.execute(delete(tables.change).where(_CHANGE.id == change_id)).rowcount
        these = (_ENTRY.change_id == change_id, _ENTRY.number <= last)
        # One less than the limit would say that nothing is left.
        return max(self._connection.execute(delete(tables.change_entry).where(*these)).rowcount, limit)


_PLAIN: Final = (
    "id",
    "domain_id",
    "client",
    "author",
    "actor",
    "actor_client",
    "request_id",
    "names_everybody",
    "skips_refused",
    "entries",
    "people",
    "people_done",
    "position",
    "until",
    "plan",
    "problem",
    "created_at",
    "touched_at",
)
_IS_REFUSED: Final = _ENTRY.action == Action.REFUSED.value


def decision_of(entry: Entry) -> Decision:
    """Return what was planned for an entry that has an external id."""
    return Decision(
        number=entry.number,
        external_id=entry.external_id or "",
        action=entry.action,
        word=entry.word,
        earlier=entry.earlier,
        before=entry.before,
        after=entry.after,
    )


def _change(row: Any) -> BulkChange:
    return BulkChange(
        **{name: getattr(row, name) for name in _PLAIN},
        state=State(row.state),
        all_of=Window(row.all_from, row.all_until) if row.all_from else None,
        counts=row.counts or {},
    )


def _decided(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "action": entry.action.value,
        "reason": entry.reason,
        "earlier": entry.earlier and to_document(entry.earlier),
        "before": _status_document(entry.before),
        # What is new is as the client said.
        "after": None if entry.action is Action.NEW else _status_document(entry.after),
        "left_because": entry.left_because,
    }


def _entry(row: Sequence[Any], client: str) -> Entry:
    _, number, person_id, person, external_id, action, reason, word, earlier, before, after, left = row
    return Entry(
        number=number,
        person_id=person_id,
        person=person,
        external_id=external_id,
        word=word and from_document(word, client=client),
        action=Action(action),
        reason=reason,
        earlier=earlier and from_document(earlier, client=client),
        before=_status(before),
        after=_status(after),
        left_because=left,
    )


def _status_document(status: Status | None) -> dict[str, Any] | None:
    if status is None:
        return None
    row = row_of(status) | {"id": status.id, "auto_reply": auto_replies.to_document(status.auto_reply)}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


def _status(document: dict[str, Any] | None) -> Status | None:
    if document is None:
        return None
    return status_of([*(document.get(name) for name in READ), document["auto_reply"]])
