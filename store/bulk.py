"""Bringing and saving the statuses of many people in one transaction, for changes of many plans at once."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Select, delete, insert, select

from domain.changes import Change
from domain.events import Author
from domain.status import Status
from store import auto_replies, tables
from store.events import record_all
from store.many_rows import insert_all, is_one_of, update_all
from store.status_rows import READ, row_of, status_of

if TYPE_CHECKING:
    from domain.auto_reply import AutoReply

_STATUS: Final = tables.status.c
_PERSON: Final = tables.person.c


@dataclass(frozen=True, slots=True)
class Brought:
    """The active ones of some people, and the statuses of all of them as stored, by person."""

    active: frozenset[int]
    statuses: Mapping[int, tuple[Status, ...]]


class ManyStatuses:
    """The statuses of many people, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read(self, people: Collection[int]) -> Brought:
        """Bring these people and their statuses. Due transitions may not be carried out yet."""
        found = self._connection.execute(self._people(people))
        return Brought(_active(found), self._statuses(self._their_statuses(people), people))

    def lock(self, people: Collection[int]) -> Brought:
        """Lock these people and their statuses until this transaction ends, and bring them as `read` does.

        They are locked in the order of their numbers, as everybody does who locks several.
        """
        found = self._connection.execute(
            self._people(people).order_by(_PERSON.id).with_for_update(key_share=True)
        )
        theirs = self._their_statuses(people).with_for_update(of=tables.status)
        return Brought(_active(found), self._statuses(theirs, people))

    def save(self, changes: Mapping[int, Change], *, by: Author, now: datetime) -> None:
        """Store changes of locked people, by person: rows and events.

        What was due must be settled, no place may be concerned, and no reply of a kept status may change: such a person
        is one for `Transaction.save`.
        """
        gone, changed, new = [], [], []
        for person_id, change in changes.items():
            earlier, kept = {one.id: one for one in change.stored}, {one.id for one in change.after}
            gone += [status_id for status_id in earlier if status_id not in kept]
            for status in change.after:
                if status.id not in earlier:
                    new.append((person_id, status))
                elif earlier[status.id] != status:
                    changed.append(status)
        shown = [(change, change.timeline.shown) for change in changes.values()]
        record_all(self._connection, ((its, change.going) for change, its in shown), by=by, now=now)
        self._delete(gone)
        update_all(self._connection, tables.status, [row_of(one) | {"id": one.id} for one in changed])
        self._insert(new)
        record_all(self._connection, ((its, change.coming) for change, its in shown), by=by, now=now)

    def _insert(self, new: Sequence[tuple[int, Status]]) -> None:
        numbers = self._add_replies(status for _, status in new)
        rows = [
            row_of(one) | {"id": one.id, "person_id": person_id, "auto_reply_id": numbers.get(one.id)}
            for person_id, one in new
        ]
        insert_all(self._connection, tables.status, rows)

    def _people(self, people: Collection[int]) -> Select[Any]:
        return select(_PERSON.id, _PERSON.deactivated_at).where(
            is_one_of(self._connection, _PERSON.id, people)
        )

    def _their_statuses(self, people: Collection[int]) -> Select[Any]:
        return (
            select(_STATUS.person_id, *(_STATUS[name] for name in READ), tables.auto_reply.c.content)
            .outerjoin(tables.auto_reply, tables.auto_reply.c.id == _STATUS.auto_reply_id)
            .where(is_one_of(self._connection, _STATUS.person_id, people))
        )

    def _statuses(self, query: Select[Any], people: Collection[int]) -> Mapping[int, tuple[Status, ...]]:
        found: dict[int, list[Status]] = {person_id: [] for person_id in people}
        for person_id, *values in self._connection.execute(query):
            found[person_id].append(status_of(values))
        return {person_id: tuple(statuses) for person_id, statuses in found.items()}

    def _add_replies(self, new: Iterable[Status]) -> dict[str, int]:
        """Store the replies of new statuses, the same text only once, and return their numbers by status."""
        texts: dict[str, list[str]] = {}
        replies: dict[str, AutoReply] = {}
        for status in new:
            if status.auto_reply is not None:
                text = json.dumps(auto_replies.to_document(status.auto_reply))
                texts.setdefault(text, []).append(status.id)
                replies[text] = status.auto_reply
        if not texts:
            return {}
        stored = insert(tables.auto_reply).returning(tables.auto_reply.c.id, sort_by_parameter_order=True)
        rows: list[dict[str, Any]] = [{"content": auto_replies.to_document(one)} for one in replies.values()]
        numbers = self._connection.scalars(stored, rows)
        return {
            status_id: number
            for status_ids, number in zip(texts.values(), numbers, strict=True)
            for status_id in status_ids
        }

    def _delete(self, status_ids: Sequence[str]) -> None:
        if status_ids:
            self._connection.execute(
                delete(tables.status).where(is_one_of(self._connection, _STATUS.id, status_ids))
            )


def _active(people: Iterable[Any]) -> frozenset[int]:
    return frozenset(person.id for person in people if person.deactivated_at is None)


def is_plain(change: Change) -> bool:
    """Return whether `ManyStatuses.save` can store a change."""
    if change.settlement.events:
        return False
    earlier = {status.id: status for status in change.stored}
    for status in change.after:
        old = earlier.pop(status.id, None)
        if old == status:
            continue
        if status.place is not None or (old is not None and old.auto_reply != status.auto_reply):
            return False
        if old is not None and old.place is not None:
            return False
    return all(status.place is None for status in earlier.values())
