"""The states of a change of many people's plans, as its use cases and its steps bring it into them."""

from collections.abc import Collection
from typing import Any

from domain.bulk import Action
from domain.bulk_changes import AT_WORK, BulkChange, Entry, State
from store.store import Transaction


def enter(transaction: Transaction, change: BulkChange, state: State, **values: Any) -> BulkChange:
    """Bring a change into another state."""
    at_start: dict[str, Any] = {"position": 0, "people_done": 0, "until": None} if state in AT_WORK else {}
    at_start |= {"state": state, "touched_at": transaction.now()}
    return transaction.changes.save(change, **(at_start | values))


def advance(transaction: Transaction, change: BulkChange, people: Collection[int]) -> BulkChange:
    """Note that a step is done for these people."""
    return transaction.changes.save(
        change,
        position=max(people),
        people_done=change.people_done + len(people),
        touched_at=transaction.now(),
    )


def begin_planning(transaction: Transaction, change: BulkChange) -> BulkChange:
    """Begin to plan. If a change is for everybody, it names all for whom the client has bookings."""
    if change.names_everybody:
        named = transaction.changes.named_people(change.id)
        booked = set(transaction.changes.booked_people(change.domain_id, change.client)) - named
        number = max(transaction.changes.last_number(change.id), change.entries)
        people = transaction.directory.addresses(booked)
        transaction.changes.add_entries(
            change.id,
            (
                Entry(
                    number=number + place,
                    person_id=person_id,
                    person=address,
                    external_id=None,
                    word=None,
                    action=Action.UNCHANGED,
                )
                for place, (person_id, address) in enumerate(sorted(people.items()), start=1)
            ),
        )
    people_named = transaction.changes.count_people(change.id)
    return enter(transaction, change, State.PLANNING, people=people_named)
