"""A change of many people's plans, while its entries are being sent."""

import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from domain import wanted
from domain.bulk import Action
from domain.bulk_changes import FIRST_PLAN, BulkChange, Entry, State
from domain.directory import check_statuses_are_on, whom_or_number
from domain.plans import Limits
from domain.refusals import (
    DuplicateEntry,
    PersonUnknown,
    Refusal,
    TooManyChanges,
    TooManyEntries,
    TooManyPlans,
    WindowIsEmpty,
)
from domain.window import Window
from services import domains
from services.change_states import begin_planning
from services.changes import Booker
from store.store import Store, Transaction

#: The largest number of entries of one change.
MOST_ENTRIES: Final = 100_000

#: The largest number of changes of a client that are not applied: each can have megabytes.
MOST_UNAPPLIED: Final = 100

#: The largest number of entries for one person, all of which are decided in one transaction: as many as can lie ahead.
MOST_OF_ONE: Final = Limits().most


@dataclass(frozen=True, slots=True)
class AllOf:
    """A change says all there is: what the client booked that begins in this window, and is missing, is cancelled.

    That is for the people whom the change names, or for everybody.
    """

    starts_at: datetime
    ends_at: datetime
    everybody: bool = False

    def __post_init__(self) -> None:
        if self.ends_at <= self.starts_at:
            raise WindowIsEmpty("allTo", hint=f"The start is {self.starts_at.isoformat(timespec='seconds')}.")


#: A line of a change: its fields, or why it cannot be read.
Line = Mapping[str, Any] | str


@dataclass(slots=True)
class Receiving:
    """A change whose entries are being sent. They are stored as they come; nothing else is written."""

    store: Store
    change: BulkChange
    _windows: wanted.Windows
    _lines: dict[str, int] = field(default_factory=dict)
    _people: dict[str, int | None] = field(default_factory=dict)
    _of_person: Counter[int] = field(default_factory=Counter)
    _number: int = 0

    def add(self, lines: Sequence[Line]) -> None:
        """Store entries.

        Raises:
            TooManyEntries: there are more than one change can have.
        """
        if self._number + len(lines) > MOST_ENTRIES:
            raise TooManyEntries(MOST_ENTRIES)
        read = [self._read(line) for line in lines]
        with self.store.writing() as transaction:
            self._find(transaction, [one.person for one in read if isinstance(one, wanted.Entry)])
            entries = [self._entry(line, one) for line, one in zip(lines, read, strict=True)]
            transaction.changes.add_entries(self.change.id, entries)
            self.change = transaction.changes.save(
                self.change, entries=self._number, touched_at=transaction.now()
            )

    def finish(self) -> BulkChange:
        """Begin to plan the change, and return it."""
        with self.store.writing() as transaction:
            return begin_planning(transaction, self.change)

    def _read(self, line: Line) -> wanted.Entry | str:
        if isinstance(line, str):
            return line
        try:
            return wanted.read(line, self._windows)
        except wanted.Unreadable as unreadable:
            return " ".join(fault.message(wanted.JSON_NAMES) for fault in unreadable.faults)

    def _find(self, transaction: Transaction, people: Collection[str]) -> None:
        references = {
            text: whom_or_number(text, self.change.domain_id, None).reference
            for text in set(people) - self._people.keys()
        }
        found = transaction.directory.find_all(self.change.domain_id, set(references.values()))
        self._people |= {text: found.get(reference) for text, reference in references.items()}

    def _entry(self, line: Line, read: wanted.Entry | str) -> Entry:
        self._number += 1
        if isinstance(read, str):
            said = line.get("person") if isinstance(line, Mapping) else None
            name = line.get("externalId") if isinstance(line, Mapping) else None
            return Entry(
                number=self._number,
                person_id=None,
                person=_shortened(said, 320) or "",
                external_id=_shortened(name, 255),
                word=None,
                action=Action.REFUSED,
                reason=read,
            )
        person_id = self._people[read.person]
        entry = Entry(
            number=self._number,
            person_id=person_id,
            person=read.person,
            external_id=read.external_id,
            word=read.word,
            action=Action.NEW,
        )
        if person_id is None:
            return replace(entry, action=Action.REFUSED, reason=str(PersonUnknown()))
        self._of_person[person_id] += 1
        if self._of_person[person_id] > MOST_OF_ONE:
            refusal: Refusal = TooManyPlans(MOST_OF_ONE)
            return replace(entry, action=Action.REFUSED, reason=str(refusal), person_id=None)
        if read.external_id is not None:
            earlier = self._lines.setdefault(read.external_id, self._number)
            if earlier != self._number:
                refusal = DuplicateEntry(earlier)
                return replace(entry, action=Action.REFUSED, reason=str(refusal), person_id=None)
        return entry


def receive(store: Store, by: Booker, all_of: AllOf | None = None) -> Receiving:
    """Begin a change, whose entries follow.

    Raises:
        DomainUnknown: there is no such domain.
        StatusesAreOff: the domain has switched statuses off.
        TooManyChanges: the client has as many that are not applied as it can have.
    """
    with store.writing() as transaction:
        domain = domains.chosen(transaction, by.domain_id)
        check_statuses_are_on(domain)
        if transaction.changes.count_unapplied(by.domain_id, by.client) >= MOST_UNAPPLIED:
            raise TooManyChanges
        now = transaction.now()
        change = BulkChange(
            id=str(uuid.uuid4()),
            domain_id=domain.id,
            client=by.client,
            author=by.author,
            actor=by.author,
            actor_client=by.client,
            request_id=by.request_id,
            state=State.RECEIVING,
            all_of=Window(all_of.starts_at, all_of.ends_at) if all_of else None,
            names_everybody=all_of is not None and all_of.everybody,
            skips_refused=False,
            entries=0,
            people=0,
            people_done=0,
            position=0,
            until=None,
            counts={},
            plan=FIRST_PLAN,
            problem=None,
            created_at=now,
            touched_at=now,
        )
        transaction.changes.add(change)
    return Receiving(store, change, wanted.windows(domain_zone=domain.zone, day_halves=domain.day_halves))


def _shortened(said: Any, longest: int) -> str | None:
    text = said if isinstance(said, str) and said.isprintable() else None
    return text and text[:longest]
