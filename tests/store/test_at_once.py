"""Concurrent writers and workers, each in its own thread."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from random import Random
from threading import Event
from typing import Any

import pytest
from sqlalchemy import event, text

from domain.auto_reply import Audience
from domain.directory import Person
from domain.out_of_office import State, Text
from domain.status import Draft, Place, ScheduleType, Status
from harness.waiting import wait_until
from store.due import Kind, Transition
from store.store import Store
from tests.builders import (
    DAY,
    HOUR,
    NINE,
    SOMEBODY,
    HandClock,
    a_draft,
    a_reserved_status,
    a_status,
)
from tests.domain.strategies import Delete, DraftAhead, Post, Put, Save, Write
from tests.store.builders import (
    TickingClock,
    add_domain_with_people,
    at_once,
    carry_out,
    change,
    drain,
    drain_one_kind,
    events_of,
    keep,
    promote,
    reserve_for_all,
    retold,
    situation,
    statuses_of,
)
from tests.writes import post

#: More people than two batches, and more than one worker can do before the other begins.
CROWD = 300

SECOND = timedelta(seconds=1)


@pytest.fixture
def crowd(store: Store) -> list[Person]:
    """Return many people."""
    return add_domain_with_people(store, CROWD)


def told_by(store: Store, people: list[Person]) -> Counter[str]:
    return Counter(event.kind for person in people for event in events_of(store, person))


def posted(store: Store, person: Person, draft: Draft) -> Status:
    """Post `draft`, and return the resulting status."""
    with store.writing() as transaction:
        done = change(
            transaction, person.id, lambda statuses, now: post(statuses, draft, now)[0], by=SOMEBODY
        )
    return next(status for status in done.after if status.says(draft))


def test_writers_on_one_person_are_all_answered_in_one_order(store: Store, person: Person):
    drafts = [a_draft(starts_at=NINE + hours * HOUR, ends_at=NINE + DAY) for hours in range(1, 13)]

    written = at_once([partial(posted, store, person, draft) for draft in drafts])

    (left,) = statuses_of(store, person)
    assert left in written
    assert left.schedule_type is ScheduleType.RESERVED
    events = events_of(store, person)
    assert retold(events) == {left.id: "RESERVED"}
    assert Counter(event.kind for event in events) == {"RESERVED": 12, "REPLACED": 11}


def test_the_same_post_by_many_at_once_is_written_once(store: Store, person: Person):
    draft = a_draft(starts_at=NINE + HOUR, ends_at=NINE + DAY)
    written = at_once([partial(posted, store, person, draft)] * 8)
    assert len({status.id for status in written}) == 1
    assert [event.kind for event in events_of(store, person)] == ["RESERVED"]


def test_writers_on_many_people_do_not_stand_in_each_others_way(store: Store, people: list[Person]):
    def present_everybody(offset: int) -> None:
        for person in people[offset:] + people[:offset]:
            posted(store, person, a_draft(message=str(offset)))

    at_once([partial(present_everybody, offset) for offset in range(6)])

    for person in people:
        (left,) = statuses_of(store, person)
        assert retold(events_of(store, person)) == {left.id: "PRESENT"}
    assert told_by(store, people) == {"PRESENTED": 60, "REPLACED": 50}


@pytest.mark.parametrize(
    ("transition", "passed", "kind"),
    [(Kind.START, HOUR, "PROMOTED"), (Kind.START, 2 * HOUR, "LAPSED"), (Kind.END, 2 * HOUR, "DISABLED")],
)
def test_two_workers_make_each_transition_once(
    store: Store,
    clock: HandClock,
    crowd: list[Person],
    transition: Kind,
    passed,
    kind,
):
    reserve_for_all(store, crowd)
    if kind == "DISABLED":
        clock.advance(HOUR)
        drain(store)
    clock.now = NINE + passed

    worker = partial(drain_one_kind, store, transition, limit=20)
    first, second = at_once([worker, worker])

    made = Counter(transition.status_id for transition in first + second)
    assert made == Counter(f"uprofile-{person.id}" for person in crowd)
    assert told_by(store, crowd)[kind] == CROWD
    left = [status for person in crowd for status in statuses_of(store, person)]
    assert len(left) == (CROWD if kind == "PROMOTED" else 0)


def test_a_worker_passes_over_what_another_one_has_in_hand(postgresql_url: str):
    store = Store(postgresql_url, clock=HandClock(NINE + HOUR))
    people = add_domain_with_people(store, 4)
    reserve_for_all(store, people)
    with store.writing() as slow:
        in_hand = slow.due.carry_out(Kind.START, limit=2).transitions
        passed_to = at_once([partial(promote, store)])[0]
    store.close()
    assert [made.status_id for made in in_hand] == ["uprofile-1", "uprofile-2"]
    assert [made.status_id for made in passed_to] == ["uprofile-3", "uprofile-4"]


def test_a_worker_passes_over_whom_a_writer_has_in_hand(postgresql_url: str):
    store = Store(postgresql_url, clock=HandClock(NINE + HOUR))
    people = add_domain_with_people(store, 2)
    reserve_for_all(store, people)
    with store.writing() as writer:
        situation(writer, people[0].id)
        done = at_once([partial(promote, store)])[0]
    store.close()
    assert [made.status_id for made in done] == ["uprofile-2"]


ENDS_AS_ANOTHER_STARTS = (
    a_status(id="ends", ends_at=NINE + HOUR),
    a_reserved_status(id="starts", starts_at=NINE + HOUR, ends_at=NINE + DAY),
)
TWO_END = (
    a_status(id="lower", ends_at=NINE + HOUR),
    a_status(id="upper", ends_at=NINE + HOUR, in_force_at=NINE, sequence=2),
)
TWO_START = (
    a_reserved_status(id="lower", starts_at=NINE + HOUR, ends_at=NINE + DAY),
    a_reserved_status(id="upper", starts_at=NINE + HOUR, ends_at=NINE + DAY, place=None, sequence=3),
)


@pytest.mark.parametrize(
    ("statuses", "first", "second"),
    [
        (ENDS_AS_ANOTHER_STARTS, (Kind.END, "ends"), (Kind.START, "starts")),
        (ENDS_AS_ANOTHER_STARTS, (Kind.START, "starts"), (Kind.END, "ends")),
        (TWO_END, (Kind.END, "lower"), (Kind.END, "upper")),
        (TWO_START, (Kind.START, "lower"), (Kind.START, "upper")),
    ],
)
def test_what_a_person_has_due_at_one_moment_is_never_in_the_hands_of_two_workers(
    postgresql_url: str, statuses: tuple[Status, ...], first: tuple[Kind, str], second: tuple[Kind, str]
):
    store = Store(postgresql_url, clock=HandClock(NINE + HOUR))
    person, *_ = add_domain_with_people(store, 1)
    keep(store, person, *statuses)

    with store.writing() as slow:
        in_hand = slow.due.carry_out(first[0], limit=1).transitions
        (meanwhile,) = at_once([partial(made_of, store, second[0])])
    afterwards = made_of(store, second[0])

    told = [event.status_id for event in events_of(store, person)]
    store.close()
    assert [made.status_id for made in in_hand] == [first[1]]
    assert meanwhile == []
    assert afterwards == [second[1]]
    assert told == [first[1], second[1]]


def test_two_workers_make_what_people_have_due_at_one_moment_once_and_the_last_written_shows(
    store: Store, clock: HandClock, people: list[Person]
):
    """Each has a status of every place, and two more, that start and end together; their ids tell no order."""
    places = (None, Place.OOF, None, Place.WORKS, None)
    for person in people:
        theirs = [
            a_reserved_status(
                id=f"{9 - sequence}-{person.id}",
                starts_at=NINE + HOUR,
                ends_at=NINE + 2 * HOUR,
                place=place,
                sequence=sequence,
            )
            for sequence, place in enumerate(places)
        ]
        keep(store, person, *theirs)
    for kind, hours in ((Kind.START, 1), (Kind.END, 2)):
        clock.now = NINE + hours * HOUR
        worker = partial(drain_one_kind, store, kind, limit=7)
        made = Counter(transition.status_id for worked in at_once([worker, worker]) for transition in worked)
        made.update(transition.status_id for transition in drain(store))
        assert made == Counter(f"{9 - sequence}-{person.id}" for person in people for sequence in range(5))
    for person in people:
        told = [(event.kind, event.shown_status_id) for event in events_of(store, person)]
        assert [kind for kind, _ in told] == ["PROMOTED"] * 5 + ["DISABLED"] * 5
        assert told[4][1] == f"5-{person.id}", "the one written last covers the others"
        assert told[9][1] is None


def made_of(store: Store, kind: Kind) -> list[str]:
    """Carry out what is due of one kind, and return the ids of the statuses."""
    with store.writing() as transaction:
        return [made.status_id for made in transaction.due.carry_out(kind, limit=5).transitions]


EARLY, LATE, AFTER_BOTH = NINE + HOUR, NINE + 2 * HOUR, NINE + 3 * HOUR


@pytest.mark.parametrize(
    ("transition", "there", "written_meanwhile"),
    [
        (Kind.START, a_reserved_status(starts_at=LATE, ends_at=NINE + DAY), a_status(ends_at=EARLY)),
        (Kind.END, a_status(ends_at=LATE), a_reserved_status(starts_at=EARLY, ends_at=NINE + DAY)),
    ],
)
def test_what_was_written_between_a_workers_look_and_its_lock_has_its_turn_first(
    postgresql_url: str, transition: Kind, there: Status, written_meanwhile: Status
):
    clock = HandClock(NINE)
    store = Store(postgresql_url, clock=clock)
    person, *_ = add_domain_with_people(store)
    with store.writing() as transaction:
        transaction.statuses.save(person.id, [], [there])
    has_written = Event()

    def write() -> None:
        with store.writing() as transaction:
            transaction.connection.execute(text("SELECT pg_advisory_xact_lock(1)"))
            held = situation(transaction, person.id).statuses
            transaction.statuses.save(person.id, held, [*held, replace(written_meanwhile, id="meanwhile")])
            clock.now = AFTER_BOTH
            has_written.set()
            wait_until(lambda: is_locked_out(store))

    def work() -> tuple[Transition, ...]:
        has_written.wait(timeout=30)
        with looking_first(store), store.writing() as transaction:
            return transaction.due.carry_out(transition, limit=5).transitions

    _, done = at_once([write, work])
    left = statuses_of(store, person)
    store.close()
    assert done == ()
    assert {status.id for status in left} == {there.id, "meanwhile"}


@contextmanager
def looking_first(store: Store) -> Iterator[None]:
    """Make a claim wait for an advisory lock after it has read the table and before it locks a row."""

    def wait(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> tuple[str, Any]:
        if "SKIP LOCKED" in statement:
            waited_for = "WHERE (SELECT pg_advisory_xact_lock_shared(1)) IS NOT NULL AND"
            statement = statement.replace("WHERE", waited_for, 1)
        return statement, parameters

    event.listen(store.engine, "before_cursor_execute", wait, retval=True)
    yield
    event.remove(store.engine, "before_cursor_execute", wait)


def is_locked_out(store: Store) -> bool:
    """Return whether a connection waits for an advisory lock."""
    asked = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    with store.reading() as transaction:
        return bool(transaction.connection.execute(asked).scalar_one())


@pytest.mark.parametrize("transition", list(Kind))
def test_what_is_due_shortly_is_taken_in_hand_and_told_of_when_its_moment_has_come(
    store_url: str, transition: Kind
):
    store = Store(store_url)
    person, *_ = add_domain_with_people(store)
    with store.writing() as transaction:
        due_at = transaction.now() + SECOND / 5
        early, late = a_reserved_status(starts_at=due_at, ends_at=due_at + HOUR), a_status(ends_at=due_at)
        transaction.statuses.save(person.id, [], [early if transition is Kind.START else late])

    with store.writing() as transaction:
        (made,) = transaction.due.carry_out(transition, limit=1, by=due_at).transitions
        assert transaction.now() >= due_at

    (event,) = events_of(store, person)
    store.close()
    assert event.committed_at == due_at + made.lateness >= due_at


def test_who_writes_just_before_a_start_comes_after_it(postgresql_url: str):
    store = Store(postgresql_url)
    person, *_ = add_domain_with_people(store)
    with store.writing() as transaction:
        due_at = transaction.now() + SECOND / 2
        transaction.statuses.save(person.id, [], [a_reserved_status(starts_at=due_at, ends_at=due_at + DAY)])

    def work() -> None:
        with store.writing() as transaction:
            transaction.due.carry_out(Kind.START, limit=1, by=due_at)

    def write() -> None:
        wait_until(lambda: is_waiting(store))
        posted(store, person, a_draft(message="Back early"))

    at_once([work, write])

    events = events_of(store, person)
    store.close()
    assert [event.kind for event in events] == ["PROMOTED", "REPLACED", "PRESENTED"]
    assert sorted(event.committed_at for event in events) == [event.committed_at for event in events]


def is_waiting(store: Store) -> bool:
    """Return whether a worker has claimed rows and waits for their due time."""
    asked_last = (
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND query LIKE :query"
    )
    with store.reading() as transaction:
        counted = transaction.connection.execute(text(asked_last), {"query": "UPDATE status SET%"})
        return bool(counted.scalar_one())


@pytest.fixture
def ticking_store(store_url: str) -> Iterator[Store]:
    """Open a store whose clock advances by a second at each reading."""
    if store_url.startswith("sqlite"):
        opened = Store(store_url, clock=TickingClock())
    else:
        opened = Store(store_url)
        event.listen(opened.engine, "connect", set_ticking_clock)
    yield opened
    opened.close()


def set_ticking_clock(connection: Any, _record: Any) -> None:
    """Put a ticking clock before PostgreSQL's own for this connection: statements read it as they read the other."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(2)")
        connection.execute("CREATE SCHEMA IF NOT EXISTS ticking")
        connection.execute("CREATE SEQUENCE IF NOT EXISTS ticking.seconds")
        connection.execute(
            "CREATE OR REPLACE FUNCTION ticking.clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql AS "
            f"$$ SELECT timestamptz '{NINE}' + nextval('ticking.seconds') * interval '1 second' $$"
        )
        connection.execute("SET search_path = ticking, public, pg_catalog")


def test_workers_and_writers_on_the_same_people_leave_one_true_story(ticking_store: Store):
    """Each reading advances the clock by a second, so short windows begin and end during the writes."""
    store = ticking_store
    people = add_domain_with_people(store, 5)
    finished = Event()

    def write(seed: int) -> None:
        dice = Random(seed)  # noqa: S311 (nothing depends on its being unforeseeable)
        for _ in range(40):
            carry_out(store, dice.choice(people), a_write(dice))

    def write_all() -> None:
        try:
            at_once([partial(write, seed) for seed in range(3)])
        finally:
            finished.set()

    def work() -> list[Transition]:
        done: list[Transition] = []
        # Who never pauses leaves no turn to others on SQLite.
        while not finished.wait(0.002):
            done += drain(store, limit=3)
        return done

    at_once([write_all, work, work])
    drain(store)

    for person in people:
        check_true_story(store, person)
    kinds = told_by(store, people)
    assert {"PROMOTED", "DISABLED", "RESERVED", "PRESENTED", "REPLACED"} <= set(kinds)


def a_write(dice: Random) -> Write:
    """Return a write of any kind; windows begin and end within seconds."""
    starts_in, ends_in = (seconds * SECOND for seconds in sorted(dice.sample(range(-2, 20), 2)))
    window = dice.choice([(starts_in, ends_in), (starts_in, ends_in), (None, ends_in), (None, None)])
    post_ = Post(DraftAhead("BUSY", dice.choice([None, "Out"]), window, None))
    save = Save(dice.choice(list(State)), Audience.NONE, (starts_in, ends_in), Text(html="Away"), None)
    which = dice.randrange(3)
    choices: list[Write] = [post_, post_, save, Put(which, post_.wanted), Delete(which)]
    return dice.choice(choices)


def check_true_story(store: Store, person: Person) -> None:
    """Check that the events lead to the stored statuses, and that all transitions are in order."""
    events, left = events_of(store, person), statuses_of(store, person)
    assert retold(events) == {status.id: status.schedule_type.value for status in left}
    assert [event.committed_at for event in events] == sorted(event.committed_at for event in events)
    due = [event.due_at for event in events if event.due_at]
    assert due == sorted(due)
