from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import chain, repeat
from typing import Any

import pytest
import structlog.testing

import worker.drain
from domain.directory import Person
from domain.events import EventKind
from domain.status import ScheduleType
from store.due import SPAN, Kind, Transition
from store.store import Store
from tests.builders import HOUR, INSTANT, MINUTE, NINE, HandClock, a_reserved_status, a_status
from tests.store.builders import add_domain_with_people, events_of, keep, situation, statuses_of
from worker.drain import Drained, drain, report

TEN = NINE + HOUR
SHORTLY = timedelta(milliseconds=100)


@pytest.fixture
def running_store(store_url: str) -> Iterator[Store]:
    """Open a store that uses the database's clock."""
    opened = Store(store_url)
    yield opened
    opened.close()


@pytest.fixture
def everybody(running_store: Store) -> list[Person]:
    return add_domain_with_people(running_store)


def now_of(store: Store) -> datetime:
    with store.reading() as transaction:
        return transaction.now()


def reserve(store: Store, person: Person, starts_at: datetime, **fields) -> None:
    status = a_reserved_status(
        id=f"uprofile-{person.id}", starts_at=starts_at, ends_at=fields.pop("ends_at", starts_at + HOUR)
    )
    keep(store, person, status)


def kinds_of(drained: Drained) -> list[EventKind]:
    return [transition.kind for transition in drained.transitions]


def test_what_is_overdue_is_done_at_once(store: Store, person: Person, clock: HandClock):
    reserve(store, person, TEN)
    clock.now = TEN + MINUTE

    drained = drain(store, Kind.START, TEN)

    assert drained.transitions == (Transition(f"uprofile-{person.id}", EventKind.PROMOTED, MINUTE),)
    assert not drained.is_unfinished
    assert [status.schedule_type for status in statuses_of(store, person)] == [ScheduleType.PRESENT]


def test_each_kind_is_left_to_its_own_drain(store: Store, people: list[Person], clock: HandClock):
    reserve(store, people[0], TEN)
    keep(store, people[1], a_status(id="uprofile-ending", ends_at=TEN))
    clock.now = TEN

    assert kinds_of(drain(store, Kind.END, TEN)) == [EventKind.DISABLED]
    assert kinds_of(drain(store, Kind.START, TEN)) == [EventKind.PROMOTED]


def test_more_than_a_batch_is_done_in_one_drain(
    store: Store, people: list[Person], clock: HandClock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(worker.drain, "BATCH", 3)
    for person in people:
        reserve(store, person, TEN)
    clock.now = TEN

    assert len(drain(store, Kind.START, TEN).transitions) == len(people) == 10


def test_nothing_due_is_nothing_done(store: Store, person: Person):
    reserve(store, person, TEN)

    assert drain(store, Kind.START, NINE) == Drained((), is_unfinished=False)


def test_a_moment_that_lies_ahead_is_waited_for(running_store: Store, everybody: list[Person]):
    starts_at = now_of(running_store) + SHORTLY
    reserve(running_store, everybody[0], starts_at)

    (transition,) = drain(running_store, Kind.START, starts_at).transitions

    assert transition.lateness >= timedelta(0)
    assert events_of(running_store, everybody[0])[-1].committed_at >= starts_at


def test_what_falls_due_shortly_after_is_done_too_and_what_falls_due_later_is_left(
    running_store: Store, everybody: list[Person]
):
    first, second, last, *_ = everybody
    starts_at = now_of(running_store) + SHORTLY
    reserve(running_store, first, starts_at)
    reserve(running_store, second, starts_at + SPAN - SHORTLY)
    reserve(running_store, last, starts_at + SPAN + MINUTE)

    assert len(drain(running_store, Kind.START, starts_at).transitions) == 2
    assert [status.schedule_type for status in statuses_of(running_store, last)] == [ScheduleType.RESERVED]


def test_what_is_written_while_it_waits_and_falls_due_earlier_is_done_in_time(
    running_store: Store, everybody: list[Person]
):
    first, late_comer, *_ = everybody
    starts_at = now_of(running_store) + 8 * SHORTLY
    reserve(running_store, first, starts_at)

    with ThreadPoolExecutor() as pool:
        drained = pool.submit(drain, running_store, Kind.START, starts_at)
        reserve(running_store, late_comer, starts_at - 6 * SHORTLY)

    assert len(drained.result().transitions) == 2
    assert events_of(running_store, late_comer)[-1].committed_at < starts_at


def test_a_drain_whose_turn_is_over_says_that_there_is_more(
    store: Store, person: Person, clock: HandClock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(worker.drain, "TURN", timedelta(0))
    reserve(store, person, TEN)
    clock.now = TEN

    assert drain(store, Kind.START, TEN) == Drained((), is_unfinished=True)


def test_on_sqlite_nobody_waits_for_what_is_not_due_yet(sqlite_url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(worker.drain, "AHEAD", 3 * SHORTLY)
    store = Store(sqlite_url)
    person, other, *_ = add_domain_with_people(store)
    starts_at = now_of(store) + 4 * SHORTLY
    reserve(store, person, starts_at)
    written_at = [now_of(store)]

    with ThreadPoolExecutor() as pool:
        drained = pool.submit(drain, store, Kind.START, starts_at)
        while written_at[-1] < starts_at - 2 * SHORTLY:
            with store.writing() as transaction:
                situation(transaction, other.id)
                written_at.append(transaction.now())
        assert written_at[-1] < starts_at

    assert kinds_of(drained.result()) == [EventKind.PROMOTED]
    store.close()


@pytest.mark.parametrize("kind", list(Kind))
def test_where_the_clock_is_set_back_just_before_the_moment_nobody_is_kept_waiting(
    store_url: str, monkeypatch: pytest.MonkeyPatch, kind: Kind
):
    monkeypatch.setattr(worker.drain, "TURN", SHORTLY)
    readings: Iterator[datetime] = repeat(NINE)
    store = Store(store_url, clock=lambda _: next(readings))
    person, *_ = add_domain_with_people(store)
    before = (
        a_reserved_status(starts_at=TEN + INSTANT) if kind is Kind.START else a_status(ends_at=TEN + INSTANT)
    )
    keep(store, person, before)
    readings = chain([TEN], repeat(NINE))

    with structlog.testing.capture_logs() as fields:
        assert drain(store, kind, TEN) == Drained((), is_unfinished=True)

    assert [line["log_level"] for line in fields] == ["warning"]
    assert "clock" in fields[0]["event"]
    assert statuses_of(store, person) == [before]
    assert events_of(store, person) == []
    store.close()


def test_a_row_that_a_writer_holds_is_done_when_it_is_let_go(running_store: Store, everybody: list[Person]):
    person = everybody[0]
    starts_at = now_of(running_store)
    reserve(running_store, person, starts_at)

    with ThreadPoolExecutor() as pool:
        with running_store.writing() as transaction:
            situation(transaction, person.id)
            drained = pool.submit(drain, running_store, Kind.START, starts_at)
            with pytest.raises(TimeoutError):
                drained.result(timeout=SHORTLY.total_seconds())
        assert kinds_of(drained.result()) == [EventKind.PROMOTED]


def test_a_row_that_stays_held_keeps_no_worker_and_is_left_to_beat(postgresql_url: str):
    store = Store(postgresql_url)
    person, other, *_ = add_domain_with_people(store)
    starts_at = now_of(store)
    reserve(store, person, starts_at)
    reserve(store, other, starts_at)

    with store.writing() as transaction:
        situation(transaction, person.id)
        drained = drain(store, Kind.START, starts_at)

    assert [transition.status_id for transition in drained.transitions] == [f"uprofile-{other.id}"]
    assert not drained.is_unfinished
    assert kinds_of(drain(store, Kind.START, starts_at)) == [EventKind.PROMOTED]
    store.close()


def test_a_start_waits_for_the_end_before_it_of_the_same_person(
    store: Store, person: Person, clock: HandClock
):
    keep(
        store,
        person,
        a_status(id="uprofile-before", ends_at=TEN - MINUTE),
        a_reserved_status(id="uprofile-after", starts_at=TEN, ends_at=TEN + HOUR),
    )
    clock.now = TEN

    with ThreadPoolExecutor() as pool:
        start = pool.submit(drain, store, Kind.START, TEN)
        assert kinds_of(drain(store, Kind.END, TEN)) == [EventKind.DISABLED]
        assert kinds_of(start.result()) == [EventKind.PROMOTED]

    assert [event.kind for event in events_of(store, person)] == ["DISABLED", "PROMOTED"]


def transitions(count: int, kind: EventKind = EventKind.PROMOTED) -> tuple[Transition, ...]:
    return tuple(
        Transition(f"uprofile-{number}", kind, timedelta(milliseconds=number)) for number in range(count)
    )


@pytest.mark.parametrize(
    ("done", "figures"),
    [
        ((), {"promoted": 0}),
        (transitions(1), {"promoted": 1, "latest_ms": 0.0, "ids": ["uprofile-0"]}),
        (
            transitions(2) + transitions(1, EventKind.LAPSED),
            {
                "promoted": 2,
                "lapsed": 1,
                "latest_ms": 1.0,
                "ids": ["uprofile-0", "uprofile-1", "uprofile-0"],
            },
        ),
        # At most twenty ids are shown.
        (
            transitions(20),
            {"promoted": 20, "latest_ms": 19.0, "ids": [f"uprofile-{number}" for number in range(20)]},
        ),
        (
            transitions(21),
            {"promoted": 21, "latest_ms": 20.0, "ids": [f"uprofile-{number}" for number in range(20)]},
        ),
    ],
)
def test_operators_are_told_how_many_how_late_and_which(
    done: tuple[Transition, ...], figures: dict[str, Any]
):
    assert report(Drained(done, is_unfinished=False), done_as=EventKind.PROMOTED) == figures


def test_ends_are_reported_in_their_own_word():
    drained = Drained(transitions(1, EventKind.DISABLED), is_unfinished=False)

    assert report(drained, done_as=EventKind.DISABLED)["disabled"] == 1
