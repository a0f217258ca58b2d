"""Some people of a change: what they have, what was sent for them, and what becomes of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.bulk import Held, Outcome, Rules, Wanted, decide
from domain.bulk_changes import BulkChange, Entry
from domain.changes import Change
from domain.events import Author
from domain.status import Status
from domain.timeline import settle
from store.bulk import Brought
from store.store import Transaction


@dataclass(slots=True)
class Group:
    """Some people of a change, with what they have and what was sent for them."""

    now: datetime
    brought: Brought
    entries: Mapping[int, list[Entry]]
    bookings: Mapping[str, Any]
    #: The bookings of each person.
    _booked: dict[int, dict[str, Any]] = field(default_factory=dict)
    _settled: dict[int, Any] = field(default_factory=dict)
    _decided: dict[int, Outcome] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, booking in self.bookings.items():
            self._booked.setdefault(booking.person_id, {})[name] = booking

    @classmethod
    def read(
        cls,
        transaction: Transaction,
        change: BulkChange,
        entries: Mapping[int, list[Entry]],
        *,
        lock: bool = False,
    ) -> "Group":
        """Bring the people of these entries, which do not change while the change is locked."""
        people = entries.keys()
        named = {one.external_id for some in entries.values() for one in some if one.external_id}
        many = transaction.many_statuses
        brought = many.lock(people) if lock else many.read(people)
        bookings = transaction.bookings.found(
            change.domain_id,
            change.client,
            external_ids=named,
            people=people if change.all_of else (),
        )
        return cls(transaction.now(), brought, entries, bookings)

    def held(self, person_id: int) -> Held:
        """Return what a person has after what is due."""
        named = (one.external_id for one in self.entries[person_id] if one.external_id)
        bookings = {name: self.bookings[name] for name in named if name in self.bookings}
        bookings |= self._booked.get(person_id, {})
        return Held(person_id=person_id, statuses=self._settlement(person_id).statuses, bookings=bookings)

    def decided(self, person_id: int, rules: Rules) -> Outcome:
        """Decide, once, what becomes of the entries of a person that can be read."""
        if person_id not in self._decided:
            words = [
                Wanted(one.number, one.external_id, one.word)
                for one in self.entries[person_id]
                if one.external_id and one.word
            ]
            self._decided[person_id] = decide(self.held(person_id), words, self.now, rules)
        return self._decided[person_id]

    def change(self, person_id: int, after: tuple[Status, ...]) -> Change:
        """Return the change of a person to these statuses."""
        return Change(
            at=self.now,
            stored=self.brought.statuses[person_id],
            settlement=self._settlement(person_id),
            after=after,
        )

    @staticmethod
    def save(
        transaction: Transaction,
        change: BulkChange,
        changes: Mapping[int, Change],
        forgotten: Collection[str],
        *,
        is_back: bool = False,
    ) -> None:
        """Store the changes of people, and forget bookings. What comes back is no new reply text."""
        by = Author(change.actor, change.request_id, client=change.actor_client, job=change.id)
        transaction.save_all(changes, by=by, counts_text=not is_back)
        transaction.bookings.forget_all(change.domain_id, change.client, forgotten)

    def _settlement(self, person_id: int) -> Any:
        if person_id not in self._settled:
            self._settled[person_id] = settle(self.brought.statuses[person_id], self.now)
        return self._settled[person_id]
