"""Changes of many people's plans at once: received, planned, applied and undone, group of people by group."""

import time
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from domain import wanted
from domain.bulk import CHANGING, Action, Decision, Held, Outcome, Rules, Wanted, decide, take_back
from domain.bulk_changes import BulkChange, Entry, State
from domain.changes import Change
from domain.credentials import Caller
from domain.definitions import check_in_use
from domain.directory import (
    Domain,
    check_statuses_are_on,
    whom_or_number,
)
from domain.events import Author
from domain.permissions import AccessTarget
from domain.refusals import (
    ChangeUnknown,
    DuplicateEntry,
    HasRefusedEntries,
    NotPossibleNow,
    PersonUnknown,
    Refusal,
    TooManyChanges,
    TooManyEntries,
    TooManyPlans,
    WindowIsEmpty,
)
from domain.status import Draft, Status
from domain.timeline import settle
from domain.window import Window
from services import admission, domains
from services.plans import Limits
from store.bulk import Brought
from store.changes import decision_of
from store.store import Store, Transaction

if TYPE_CHECKING:
    from domain.bookings import Booking

#: The maximum number of entries in one transaction: its people are locked for that long, and on SQLite everybody.
_GROUP: Final = 500
_GROUP_ALONE: Final = 50

#: The longest pause after a transaction on SQLite. The pause is as long as the transaction, so that others take turns.
_LONGEST_PAUSE: Final = 0.2

#: Beat sends a message at once if a change seems to have gone no further for so long.
_LONG: Final = timedelta(minutes=1)

#: How many seconds to wait for somebody else who carries a change on.
_PAUSE: Final = 0.1

#: The largest number of entries of one change.
MOST_ENTRIES: Final = 100_000

#: The largest number of changes of a client that are not applied: each can have megabytes.
MOST_UNAPPLIED: Final = 100

#: The largest number of entries for one person, all of which are decided in one transaction: as many as can lie ahead.
MOST_OF_ONE: Final = Limits().most

#: JSON's names of the fields that refusals name.
_NAMES: Final = {
    "starts_at": "startsAt",
    "ends_at": "endsAt",
    "from_half": "fromHalf",
    "to_half": "toHalf",
    "profile_status_id": "status",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Booker:
    """Who changes many people's plans: whose bookings they are, and who is the author."""

    domain_id: int
    client: str
    author: str
    request_id: str | None = None
    #: Whether only changes of `client` may be seen and carried out.
    is_limited: bool = False


def booker(store: Store, caller: Caller, domain_id: int) -> Booker:
    """Return the caller as a booker.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not write everybody's statuses in this domain.
    """
    with store.reading() as transaction:
        principal = admission.principal(transaction, caller.credential)
    principal.check_may_write_for_all(AccessTarget(domain_id))
    return Booker(
        domain_id=domain_id,
        client=principal.client,
        author=principal.name,
        request_id=caller.request_id,
        is_limited=principal.writes_own_only,
    )


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
            return _planning(transaction, self.change)

    def _read(self, line: Line) -> wanted.Entry | str:
        if isinstance(line, str):
            return line
        try:
            return wanted.read(line, self._windows)
        except wanted.Unreadable as unreadable:
            return " ".join(fault.message(_NAMES) for fault in unreadable.faults)

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
            problem=None,
            created_at=now,
            touched_at=now,
        )
        transaction.changes.add(change)
    return Receiving(store, change, wanted.windows(domain_zone=domain.zone, day_halves=domain.day_halves))


def get(store: Store, by: Booker, change_id: str) -> BulkChange:
    """Return a change of the domain; a limited client finds only its own.

    Raises:
        ChangeUnknown: there is no such change.
    """
    with store.reading() as transaction:
        return _mine(transaction.changes.find(change_id), by)


def listed(
    store: Store, by: Booker, *, after: tuple[datetime, str] | None = None, limit: int
) -> list[BulkChange]:
    """Return at most `limit` changes that the booker may see, the newest first."""
    with store.reading() as transaction:
        client = by.client if by.is_limited else None
        return transaction.changes.listed(by.domain_id, client=client, after=after, limit=limit)


def diff(  # noqa: PLR0913 (the filters)
    store: Store,
    by: Booker,
    change_id: str,
    *,
    actions: Collection[Action] = (),
    is_left: bool = False,
    after: int = 0,
    limit: int,
) -> list[Entry]:
    """Return at most `limit` entries of a change after this number.

    Raises:
        ChangeUnknown: there is no such change.
    """
    with store.reading() as transaction:
        change = _mine(transaction.changes.find(change_id), by)
        return transaction.changes.page(change, actions=actions, is_left=is_left, after=after, limit=limit)


def apply(store: Store, by: Booker, change_id: str, *, skip_refused: bool = False) -> BulkChange:
    """Begin to apply a planned change; a repeated request changes nothing.

    Raises:
        ChangeUnknown: there is no such change.
        HasRefusedEntries: it has entries that are refused, and they are not to be skipped.
        NotPossibleNow: it is neither planned nor applied.
    """
    with store.writing() as transaction:
        change = _mine(transaction.changes.find(change_id, lock=True), by)
        if change.state in {State.APPLYING, State.APPLIED}:
            return change
        if change.state is not State.PLANNED:
            raise NotPossibleNow("applied", change.state)
        refused = change.counts.get(Action.REFUSED, 0)
        # What is refused would look as if the client did not want it.
        if refused and (change.all_of is not None or not skip_refused):
            raise HasRefusedEntries(refused, cannot_skip=skip_refused)
        return _enter(
            transaction, change, State.APPLYING, **_by(by), skips_refused=skip_refused, problem=None
        )


def undo(store: Store, by: Booker, change_id: str) -> BulkChange:
    """Begin to take an applied change back; a repeated request changes nothing.

    Raises:
        ChangeUnknown: there is no such change.
        NotPossibleNow: it is not applied.
    """
    with store.writing() as transaction:
        change = _mine(transaction.changes.find(change_id, lock=True), by)
        if change.state in {State.UNDOING, State.UNDONE}:
            return change
        if change.state is not State.APPLIED:
            raise NotPossibleNow("undone", change.state)
        return _enter(transaction, change, State.UNDOING, **_by(by))


def delete(store: Store, by: Booker, change_id: str) -> None:
    """Delete a change that is not applied.

    Raises:
        ChangeUnknown: there is no such change.
        NotPossibleNow: it is applied, or a worker is at it.
    """
    with store.writing() as transaction:
        change = _mine(transaction.changes.find(change_id, lock=True), by)
        if change.state not in {State.RECEIVING, State.PLANNING, State.PLANNED, State.UNDONE}:
            raise NotPossibleNow("deleted", change.state)
        transaction.changes.remove(change.id)


#: Called after each step with the change as it is then.
Progress = Callable[[BulkChange], None]


def carry_on_all(store: Store, *, limits: Limits, stop_at: float) -> bool:
    """Carry on every change at work, the oldest first; return whether all are done.

    If one fails, the others go on before its error is raised. `stop_at` is a moment of `time.monotonic`.
    """
    with store.reading() as transaction:
        ids = transaction.changes.at_work()
    are_done = True
    failures: list[Exception] = []
    for change_id in ids:
        try:
            are_done &= _is_done(carry_on(store, change_id, limits=limits, stop_at=stop_at))
        except Exception as failure:  # noqa: BLE001 (raised below)
            failures.append(failure)
    if failures:
        raise failures[0]
    return are_done


def carry_on(
    store: Store,
    change_id: str,
    *,
    limits: Limits,
    stop_at: float | None = None,
    progress: Progress = lambda _: None,
) -> BulkChange | None:
    """Plan, apply or undo a change, until that is done or the time is over; return it as it is then.

    Each step is a transaction of its own, which also stores how far the change is. So whoever carries on after a crash
    repeats nothing and omits nothing. With `stop_at`, what somebody else carries on is left to them, and not returned.
    """
    while True:
        begun_at = time.monotonic()
        change = _step(store, change_id, limits)
        if store.writes_alone:
            time.sleep(min(time.monotonic() - begun_at, _LONGEST_PAUSE))
        if change is None:
            if stop_at is not None:
                return None
            with store.reading() as transaction:
                change = transaction.changes.find(change_id)
            if _is_done(change):
                return change
            # Somebody else has it.
            time.sleep(_PAUSE)
            continue
        progress(change)
        if _is_done(change) or (stop_at is not None and time.monotonic() >= stop_at):
            return change


def begin(store: Store, change: BulkChange, *, limits: Limits, stop_at: float) -> BulkChange:
    """Carry on a change that a request has brought into its state, and leave the rest to a worker; return it.

    `stop_at` is a moment of `time.monotonic`.
    """
    begun = carry_on(store, change.id, limits=limits, stop_at=stop_at)
    if begun is not None and not _is_done(begun):
        with store.writing() as transaction:
            transaction.changes.save(begun, touched_at=transaction.now() - _LONG)
            transaction.wake()
    return begun or change


def _is_done(change: BulkChange | None) -> bool:
    return change is None or change.state not in _STEPS


class _NotAsPlanned(Exception):
    """Somebody has changed what the plan saw; the message says what."""


def _step(store: Store, change_id: str, limits: Limits) -> BulkChange | None:
    """Carry a change on by one group of people, in one transaction."""
    try:
        with store.writing() as transaction:
            change = transaction.changes.take(change_id)
            if change is None or change.state not in _STEPS:
                return change
            return _STEPS[change.state](transaction, change, limits)
    except (_NotAsPlanned, Refusal) as reason:
        with store.writing() as transaction:
            change = transaction.changes.find(change_id, lock=True)
            if change is None or change.state is not State.APPLYING:
                return change
            return _enter(transaction, change, State.REVERTING, until=change.position, problem=str(reason))


def _at_most(transaction: Transaction) -> int:
    return _GROUP_ALONE if transaction.writes_alone else _GROUP


def _plan(transaction: Transaction, change: BulkChange, limits: Limits) -> BulkChange:
    """Decide what becomes of the entries of some people. Nobody is locked, and no status is written."""
    entries_of = transaction.changes.next_entries(change, at_most=_at_most(transaction))
    if not entries_of:
        counts = transaction.changes.count_actions(change.id)
        return _enter(transaction, change, State.PLANNED, counts=counts)
    if change.all_of is not None:
        transaction.changes.drop_cancelled(change.id, entries_of)
    group = _Group.read(transaction, change, entries_of)
    domain = transaction.directory.domain(change.domain_id)
    rules = _rules(transaction, change, domain, group.now, limits)
    number: int | None = None
    saved: list[Entry] = []
    added: list[Entry] = []
    for person_id, entries in group.entries.items():
        if person_id not in group.brought.active:
            gone = str(PersonUnknown())
            saved += [replace(one, action=Action.REFUSED, reason=gone) for one in entries]
            continue
        decided = group.decided(person_id, rules).decisions
        found = {one.number: one for one in decided}
        for entry in entries:
            if entry.number in found and _differs(entry, values := _planned(found[entry.number])):
                saved.append(replace(entry, **values))
        for missing in (one for one in decided if one.number is None):
            number = (number or max(transaction.changes.last_number(change.id), change.entries)) + 1
            added.append(_cancelled(missing, number, person_id, entries[0].person))
    transaction.changes.save_entries(change.id, saved)
    transaction.changes.add_entries(change.id, added)
    return _advance(transaction, change, entries_of)


def _apply(transaction: Transaction, change: BulkChange, limits: Limits) -> BulkChange:
    """Carry out the decisions on some people, if each would be made again now.

    Raises:
        _NotAsPlanned: one would not.
        Refusal: it cannot be carried out.
    """
    entries_of = transaction.changes.next_entries(change, at_most=_at_most(transaction))
    domain = transaction.directory.domain(change.domain_id)
    check_statuses_are_on(domain)
    if not entries_of:
        return _enter(transaction, change, State.APPLIED)
    group = _Group.read(transaction, change, entries_of, lock=True)
    rules = _rules(transaction, change, domain, group.now, limits)
    changes: dict[int, Change] = {}
    saved: dict[int, Booking] = {}
    forgotten: set[str] = set()
    for person_id, entries in group.entries.items():
        planned = [decision_of(one) for one in entries if _is_to_apply(one)]
        if not planned:
            continue
        if person_id not in group.brought.active:
            raise _NotAsPlanned(f"{entries[0].person} is not active any more.")
        outcome = group.decided(person_id, rules)
        _check_as_planned(entries[0].person, planned, outcome)
        changes[person_id] = group.change(person_id, outcome.statuses)
        saved |= {
            one.number: outcome.saved[one.external_id] for one in entries if one.external_id in outcome.saved
        }
        forgotten |= outcome.forgotten
    group.save(transaction, change, changes, forgotten)
    transaction.bookings.save_words(change, saved)
    return _advance(transaction, change, entries_of)


def _take_back(transaction: Transaction, change: BulkChange, _limits: Limits) -> BulkChange:
    """Undo the decisions on some people, except what somebody changed since."""
    entries_of = transaction.changes.next_entries(change, at_most=_at_most(transaction), until=change.until)
    if not entries_of:
        if change.state is State.REVERTING:
            return _planning(transaction, change)
        counts = dict(change.counts) | {"left": transaction.changes.count_left(change.id)}
        return _enter(transaction, change, State.UNDONE, counts=counts)
    group = _Group.read(transaction, change, entries_of, lock=True)
    changes: dict[int, Change] = {}
    saved: dict[str, Booking] = {}
    forgotten: set[str] = set()
    left: list[Entry] = []
    for person_id, entries in group.entries.items():
        done = [decision_of(one) for one in entries if _is_to_apply(one)]
        back = take_back(group.held(person_id), done, group.now)
        changes[person_id] = group.change(person_id, back.statuses)
        saved |= back.saved
        forgotten |= back.forgotten
        left += [
            replace(one, left_because=back.left[one.number]) for one in entries if one.number in back.left
        ]
    group.save(transaction, change, changes, forgotten, is_back=True)
    transaction.bookings.save_all(change.domain_id, change.client, saved)
    if change.state is State.UNDOING:
        transaction.changes.save_entries(change.id, left)
    return _advance(transaction, change, entries_of)


_STEPS: Final[Mapping[State, Callable[[Transaction, BulkChange, Limits], BulkChange]]] = {
    State.PLANNING: _plan,
    State.APPLYING: _apply,
    State.REVERTING: _take_back,
    State.UNDOING: _take_back,
}


@dataclass(slots=True)
class _Group:
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
    ) -> "_Group":
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


def _rules(
    transaction: Transaction, change: BulkChange, domain: Domain, now: datetime, limits: Limits
) -> Rules:
    definitions = transaction.definitions.of(change.domain_id)

    def check(word: Draft) -> None:
        check_statuses_are_on(domain)
        check_in_use(definitions, word.profile_status_id)

    return Rules(
        check=check,
        latest_start=now + limits.ahead,
        most_ahead=limits.most,
        all_of=change.all_of,
    )


def _is_to_apply(entry: Entry) -> bool:
    return entry.external_id is not None and entry.action is not Action.REFUSED


def _check_as_planned(person: str, planned: Sequence[Decision], outcome: Outcome) -> None:
    """Raise `_NotAsPlanned` unless the decisions are those of the plan. What is refused is not compared."""
    now = {one.external_id: one for one in outcome.decisions if one.action is not Action.REFUSED}
    for one in planned:
        found = now.pop(one.external_id, None)
        if found is None or not found.is_as(one):
            raise _NotAsPlanned(f"{one.external_id} of {person} is not as the plan saw it.")
    if now:
        raise _NotAsPlanned(f"{next(iter(now))} of {person} is not as the plan saw it.")


def _planned(decision: Decision) -> dict[str, Any]:
    """Return what an entry keeps of a decision, by field."""
    return {
        "action": decision.action,
        "reason": decision.reason.message(_NAMES) if decision.reason else None,
        "earlier": decision.earlier,
        "before": decision.before if decision.action in CHANGING else None,
        "after": decision.after if decision.action in CHANGING - {Action.NEW} else None,
    }


def _differs(entry: Entry, values: Mapping[str, Any]) -> bool:
    return any(getattr(entry, name) != value for name, value in values.items())


def _cancelled(decision: Decision, number: int, person_id: int, person: str) -> Entry:
    return Entry(
        number=number,
        person_id=person_id,
        person=person,
        external_id=decision.external_id,
        word=None,
        **_planned(decision),
    )


def _planning(transaction: Transaction, change: BulkChange) -> BulkChange:
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
    return _enter(transaction, change, State.PLANNING, people=people_named)


def _by(by: Booker) -> dict[str, Any]:
    """Return what a change keeps of whoever brings it into another state."""
    return {"actor": by.author, "actor_client": by.client, "request_id": by.request_id}


def _enter(transaction: Transaction, change: BulkChange, state: State, **values: Any) -> BulkChange:
    """Bring a change into another state."""
    at_start: dict[str, Any] = {"position": 0, "people_done": 0, "until": None} if state in _STEPS else {}
    at_start |= {"state": state, "touched_at": transaction.now()}
    return transaction.changes.save(change, **(at_start | values))


def _advance(transaction: Transaction, change: BulkChange, people: Collection[int]) -> BulkChange:
    return transaction.changes.save(
        change,
        position=max(people),
        people_done=change.people_done + len(people),
        touched_at=transaction.now(),
    )


def _mine(change: BulkChange | None, by: Booker) -> BulkChange:
    if change is None or change.domain_id != by.domain_id or (by.is_limited and change.client != by.client):
        raise ChangeUnknown
    return change


def _shortened(said: Any, longest: int) -> str | None:
    text = said if isinstance(said, str) and said.isprintable() else None
    return text and text[:longest]
