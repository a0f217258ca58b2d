"""Bringing and saving the statuses of many people in one transaction, for changes of many plans at once."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, delete, insert, select

from domain.changes import Change
from domain.events import Author, Event
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
        active = select(_PERSON.id).where(
            is_one_of(self._connection, _PERSON.id, people), _PERSON.deactivated_at.is_(None)
        )
        return Brought(frozenset(self._connection.scalars(active)), self._statuses(people))

    def lock(self, people: Collection[int]) -> Brought:
        """Lock these people and their statuses until this transaction ends, and bring them as `read` does.

        They are locked in the order of their numbers, as everybody does who locks several.
        """
        mine = select(_PERSON.id).where(is_one_of(self._connection, _PERSON.id, people)).order_by(_PERSON.id)
        self._connection.execute(mine.with_for_update(key_share=True))
        theirs = select(_STATUS.id).where(is_one_of(self._connection, _STATUS.person_id, people))
        self._connection.execute(theirs.with_for_update())
        return self.read(people)

    def save(self, domain_id: int, changes: Mapping[int, Change], *, by: Author) -> None:
        """Store changes of locked people, by person: rows and events.

        What was due must be settled, no place may be concerned, and no reply of a kept status may change: such a person
        is one for `Transaction.save`.
        """
        gone, changed, new, replies = [], [], [], []
        for person_id, change in changes.items():
            earlier, kept = {one.id: one for one in change.stored}, {one.id for one in change.after}
            gone += [status_id for status_id in earlier if status_id not in kept]
            for status in change.after:
                if status.id not in earlier:
                    new.append((person_id, status))
                elif earlier[status.id] != status:
                    changed.append(status)
            replies += [one.id for one in change.stored if one.auto_reply is not None]
        numbers = self._numbers(replies) | self._add_replies(status for _, status in new)
        record_all(self._connection, domain_id, self._events(changes), numbers=numbers, by=by)
        self._delete(gone)
        update_all(self._connection, tables.status, [row_of(one) | {"id": one.id} for one in changed])
        rows = [
            row_of(one) | {"id": one.id, "person_id": person_id, "auto_reply_id": numbers.get(one.id)}
            for person_id, one in new
        ]
        insert_all(self._connection, tables.status, rows)

    @staticmethod
    def _events(changes: Mapping[int, Change]) -> Iterable[tuple[int, Change, Sequence[Event]]]:
        return ((person_id, change, [*change.going, *change.coming]) for person_id, change in changes.items())

    def _statuses(self, people: Collection[int]) -> Mapping[int, tuple[Status, ...]]:
        query = (
            select(_STATUS.person_id, *(_STATUS[name] for name in READ), tables.auto_reply.c.content)
            .outerjoin(tables.auto_reply, tables.auto_reply.c.id == _STATUS.auto_reply_id)
            .where(is_one_of(self._connection, _STATUS.person_id, people))
        )
        found: dict[int, list[Status]] = {person_id: [] for person_id in people}
        for person_id, *values in self._connection.execute(query):
            found[person_id].append(status_of(values))
        return {person_id: tuple(statuses) for person_id, statuses in found.items()}

    def _numbers(self, status_ids: Sequence[str]) -> dict[str, int]:
        """Return the numbers of the replies of these statuses."""
        if not status_ids:
            return {}
        query = select(_STATUS.id, _STATUS.auto_reply_id).where(
            is_one_of(self._connection, _STATUS.id, status_ids)
        )
        return {row.id: row.auto_reply_id for row in self._connection.execute(query)}

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
