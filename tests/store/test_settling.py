"""Made transitions give what reading shows before they are made, for any writes in any order."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from domain.directory import Person
from domain.status import Status
from domain.timeline import Timeline, as_of, settle
from store import tables
from store.due import Kind
from store.statuses import next_due
from store.store import Store
from store.timelines import REACH, due_at, shown_at
from tests.builders import NINE, HandClock
from tests.domain.strategies import Write, spans, writes
from tests.store.builders import carry_out, drain, events_of, retold, statuses_of, wipe

OnOneStore = settings(
    max_examples=settings().max_examples // 2, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

#: Writes, each with its writer and the time since the write before.
histories = st.lists(st.tuples(spans, st.integers(0, 2), writes), min_size=1, max_size=8)

History = Sequence[tuple[timedelta, int, Write]]


def happened(store: Store, clock: HandClock, people: Sequence[Person], history: History) -> None:
    """Make all these writes from nine on, without making due transitions."""
    wipe(store)
    clock.now = NINE
    for span, which, write in history:
        clock.advance(span)
        carry_out(store, people[which], write)


def are_the_same(some: Sequence[Status], others: Sequence[Status]) -> bool:
    """Return whether both have the same statuses, in any order."""
    by_id = {status.id: status for status in others}
    return len(some) == len(others) and all(status == by_id[status.id] for status in some)


@OnOneStore
@given(histories)
def test_what_is_written_is_what_the_rules_made_of_it(
    store: Store, clock: HandClock, people: list[Person], history: History
):
    happened(store, clock, people, history)
    for person in people[:3]:
        assert retold(events_of(store, person)) == {
            status.id: status.schedule_type.value for status in statuses_of(store, person)
        }


@OnOneStore
@given(histories, st.lists(spans, min_size=1, max_size=3), st.sampled_from([1, 2, 500]))
def test_draining_leaves_what_reading_showed(
    store: Store,
    clock: HandClock,
    people: list[Person],
    history: History,
    pauses: list[timedelta],
    limit: int,
):
    happened(store, clock, people, history)
    for pause in pauses:
        clock.advance(pause)
        before = {person: (statuses_of(store, person), events_of(store, person)) for person in people[:3]}
        done = drain(store, limit=limit)
        told: list[Any] = []
        for person, (statuses, events) in before.items():
            timeline = as_of(statuses, clock.now)
            assert are_the_same(statuses_of(store, person), timeline.statuses)
            new = events_of(store, person)[len(events) :]
            check_events(new, statuses, timeline, clock)
            told += new
        assert sorted((made.status_id, made.kind.value, made.lateness) for made in done) == sorted(
            (event.status_id, event.kind, clock.now - event.due_at) for event in told
        )
    for person in people[:3]:
        check_story(store, person)
    check_next(store, people[:3])


def check_events(new: Sequence[Any], before: Sequence[Status], timeline: Timeline, clock: HandClock) -> None:
    """Check that each transition has one event, in the order of time, with what is shown after it."""
    expected = [
        (event.kind.value, event.status.id, event.status.schedule_type.value, event.due_at)
        for event in settle(before, clock.now).events
        if event.status
    ]
    assert sorted(
        (event.kind, event.status_id, event.schedule_type, event.due_at) for event in new
    ) == sorted(expected)
    moments = [event.due_at for event in new]
    assert moments == sorted(moments)
    shown = timeline.shown
    for event in new:
        assert event.shown_status_id == (shown.id if shown else None)
        assert event.shown_profile_status_id == (shown.profile_status_id if shown else None)
        assert (event.actor, event.committed_at) == ("time", clock.now)
        assert event.domain_id == 1


def check_story(store: Store, person: Person) -> None:
    """Check that a person's events are complete, and their transitions in the order of time."""
    events = events_of(store, person)
    assert retold(events) == {status.id: status.schedule_type.value for status in statuses_of(store, person)}
    moments = [event.due_at for event in events if event.due_at]
    assert moments == sorted(moments)


@OnOneStore
@given(histories, spans)
def test_sql_shows_what_the_rules_show(
    store: Store, clock: HandClock, people: list[Person], history: History, pause: timedelta
):
    happened(store, clock, people, history)
    clock.advance(pause)
    column, rows = shown_at(clock.now, reach=clock.now + REACH), tables.status.c
    with store.reading() as transaction:
        query = select(
            rows.person_id, rows.id, column("id").label("shown"), due_at(tables.status).label("due_at")
        )
        found = transaction.connection.execute(query).all()
    by_person = {person.id: statuses_of(store, person) for person in people}
    assert len(found) == sum(map(len, by_person.values()))
    for row in found:
        shown = as_of(by_person[row.person_id], clock.now).shown
        assert row.shown == (shown.id if shown else None)
        (status,) = (status for status in by_person[row.person_id] if status.id == row.id)
        assert row.due_at == next_due([status])


def check_next(store: Store, people: Sequence[Person]) -> None:
    """Check that the next due time is the earliest of all people."""
    with store.reading() as transaction:
        by_kind = [transaction.due.next(kind) for kind in Kind]
        by_person = [next_due(transaction.statuses.of(person.id)) for person in people]
    assert min(filter(None, by_kind), default=None) == min(filter(None, by_person), default=None)
