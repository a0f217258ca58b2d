"""Builders of stored rows, and steps that tests of the store share."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count
from threading import Barrier
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, delete, insert, select

from domain.changes import Change
from domain.credentials import Bearer, Scope
from domain.directory import Person, PersonReference, Whom
from domain.events import Author, EventKind
from domain.out_of_office import NEVER_SET, OutOfOffice, Written, view
from domain.refusals import Refusal
from domain.roster import Entry
from domain.status import Status
from domain.timeline import as_of, settle
from store import tables
from store.due import Kind, Transition
from store.situations import Situation
from store.store import Store, Transaction
from tests.builders import HOUR, NINE, SOMEBODY
from tests.domain.strategies import Save, Write
from tests.writes import write

Result = TypeVar("Result")


def add_domain_with_people(store: Store, count: int = 10, name: str = "example.com") -> list[Person]:
    """Add a domain in Seoul, and return its people: u1@ and so on, with the external keys EMP 001 and so on."""
    with store.writing() as transaction:
        domain = transaction.directory.add_domain(name, "Asia/Seoul")
        newcomers = [
            Entry(
                email=f"u{number}@{name}",
                external_key=f"EMP {number:03}",
                name=f"Person {number}",
                is_administrator=number == 1,
            )
            for number in range(1, count + 1)
        ]
        transaction.roster.add(domain, newcomers, at=transaction.now())
        return transaction.directory.people(domain.id)


Rule = Callable[[Sequence[Status], datetime], tuple[Status, ...]]

#: A service that may do everything; its token cannot be revoked.
SERVICE: Final = Bearer(name="service", domain_id=1, scopes=frozenset(Scope))


def situation(transaction: Transaction, person_id: int) -> Situation:
    """Lock a person and their statuses until the transaction ends."""
    domain_id = transaction.connection.execute(
        select(tables.person.c.domain_id).where(tables.person.c.id == person_id)
    ).scalar_one()
    return transaction.situations.lock(SERVICE, Whom(domain_id, PersonReference(number=person_id)))


def change(transaction: Transaction, person_id: int, rule: Rule, *, by: Author) -> Change:
    """Apply `rule` to a person's statuses, after what is due."""
    locked = situation(transaction, person_id)
    settlement = settle(locked.statuses, locked.now)
    after = rule(settlement.statuses, locked.now)
    done = Change(at=locked.now, stored=locked.statuses, settlement=settlement, after=after)
    transaction.save(locked.person.id, done, by=by)
    return done


def change_out_of_office(
    transaction: Transaction,
    person_id: int,
    wanted_of: Callable[[OutOfOffice], OutOfOffice],
    *,
    by: Author,
) -> None:
    """Apply `wanted_of` to a person's out-of-office, after what is due."""
    locked = situation(transaction, person_id)
    settlement = settle(locked.statuses, locked.now)
    remembered = transaction.reply_texts.of(locked.person.id)
    wanted = wanted_of(view(as_of(settlement.statuses, locked.now), remembered))
    written = write(settlement.statuses, remembered, wanted, locked.now)
    done = Change(
        at=locked.now,
        stored=locked.statuses,
        settlement=settlement,
        after=written.statuses,
        remembered_before=remembered,
        remembered=written.remembered,
    )
    transaction.save(locked.person.id, done, by=by)


def statuses_of(store: Store, person: Person) -> list[Status]:
    """Return a person's stored statuses, due transitions not made."""
    with store.reading() as transaction:
        return transaction.statuses.of(person.id)


def events_of(store: Store, person: Person) -> list[Any]:
    """Return the rows of a person's events, in the order of writing."""
    rows = tables.event.c
    with store.reading() as transaction:
        query = select(tables.event).where(rows.person_id == person.id).order_by(rows.id)
        return list(transaction.connection.execute(query))


def keep(store: Store, person: Person, *statuses: Status) -> None:
    """Write statuses unchanged, without rules and events."""
    with store.writing() as transaction:
        transaction.statuses.save(person.id, [], statuses)


def reserve_for_all(store: Store, people: Iterable[Person], *, ends_at: datetime | None = None) -> None:
    """Reserve a status from ten on (by default until eleven) for each of these, in one statement."""
    row = {
        "schedule_type": "RESERVED",
        "profile_status_id": "BUSY",
        "starts_at": NINE + HOUR,
        "in_force_at": NINE + HOUR,
        "ends_at": ends_at or NINE + 2 * HOUR,
        "place": "works",
        "sequence": 1,
    }
    rows = [row | {"id": f"uprofile-{person.id}", "person_id": person.id} for person in people]
    with store.writing() as transaction:
        transaction.connection.execute(insert(tables.status), rows)


def promote(store: Store, *, limit: int = 500) -> list[Transition]:
    """Promote what is due, once, in a transaction of its own."""
    with store.writing() as transaction:
        return list(transaction.due.carry_out(Kind.START, limit=limit).transitions)


def disable(store: Store, *, limit: int = 500) -> list[Transition]:
    """Disable what is due, once, in a transaction of its own."""
    with store.writing() as transaction:
        return list(transaction.due.carry_out(Kind.END, limit=limit).transitions)


def drain(store: Store, *, limit: int = 500) -> list[Transition]:
    """Promote and disable alternately until nothing is due, and return all transitions."""
    done: list[Transition] = []
    while batch := promote(store, limit=limit) + disable(store, limit=limit):
        done += batch
    return done


def drain_one_kind(store: Store, kind: Kind, *, limit: int) -> list[Transition]:
    """Make one kind of transition until none is found, as one worker does, and return all transitions."""
    done: list[Transition] = []
    while True:
        with store.writing() as transaction:
            batch = transaction.due.carry_out(kind, limit=limit)
        if not batch.transitions:
            return done
        done += batch.transitions


class TickingClock:
    """A clock that advances by a second at each reading, so that much happens in a short test."""

    def __init__(self) -> None:
        self._seconds = count()

    def __call__(self, _connection: Connection) -> datetime:
        return NINE + timedelta(seconds=next(self._seconds))


def wipe(store: Store) -> None:
    """Delete all statuses, events and bookings, and keep the people."""
    with store.writing() as transaction:
        for table in (tables.event, tables.booking, tables.status, tables.reply_texts, tables.auto_reply):
            transaction.connection.execute(delete(table))


def carry_out(store: Store, person: Person, done: Write) -> None:
    """Carry out `done` as its dialect does; a refused write changes nothing."""

    def rule(statuses: Sequence[Status], now: datetime) -> tuple[Status, ...]:
        return done(Written(tuple(statuses), NEVER_SET), now).statuses

    with suppress(Refusal), store.writing() as transaction:
        if isinstance(done, Save):
            now = transaction.now()
            change_out_of_office(transaction, person.id, lambda _: done.at(now), by=SOMEBODY)
        else:
            change(transaction, person.id, rule, by=SOMEBODY)


def retold(events: Iterable[Any]) -> dict[str, str]:
    """Return the statuses that must exist after these events: their schedule types, by id.

    It fails if the events contradict each other: a removed status must exist, a promoted one must be reserved.
    """
    told: dict[str, str] = {}
    for event in events:
        match EventKind(event.kind):
            case EventKind.RESERVED | EventKind.PRESENTED:
                assert event.status_id not in told
                told[event.status_id] = event.schedule_type
            case EventKind.CHANGED:
                assert event.status_id in told
                told[event.status_id] = event.schedule_type
            case EventKind.PROMOTED:
                assert told[event.status_id] == "RESERVED"
                told[event.status_id] = "PRESENT"
            case EventKind.DISABLED:
                assert told.pop(event.status_id) == "PRESENT"
            case EventKind.LAPSED:
                assert told.pop(event.status_id) == "RESERVED"
            case EventKind.REPLACED | EventKind.DELETED:
                assert told.pop(event.status_id) == event.schedule_type
            case EventKind.REMEMBERED:
                assert event.status_id is None
    return told


def at_once(tasks: Sequence[Callable[[], Result]]) -> list[Result]:
    """Call these at the same moment, each in its own thread, and return their results."""
    ready = Barrier(len(tasks))

    def run(task: Callable[[], Result]) -> Result:
        ready.wait(timeout=30)
        return task()

    with ThreadPoolExecutor(len(tasks)) as threads:
        return [running.result(timeout=60) for running in [threads.submit(run, task) for task in tasks]]
