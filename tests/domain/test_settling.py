from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given

from domain.events import Event, EventKind
from domain.status import ScheduleType, Status, promoted
from domain.timeline import as_of, settle
from tests.builders import HOUR, INSTANT, MINUTE, NINE, a_reserved_status, a_status
from tests.domain.strategies import Person, persons, spans

WAITS = a_reserved_status(id="waits")
RUNS = a_status(id="runs", ends_at=NINE + HOUR)


@pytest.mark.parametrize(
    ("status", "at", "event"),
    [
        (WAITS, NINE + HOUR - INSTANT, None),
        (WAITS, NINE + HOUR, Event(EventKind.PROMOTED, promoted(WAITS), NINE + HOUR)),
        (WAITS, NINE + 2 * HOUR - INSTANT, Event(EventKind.PROMOTED, promoted(WAITS), NINE + HOUR)),
        (WAITS, NINE + 2 * HOUR, Event(EventKind.LAPSED, WAITS, NINE + HOUR)),
        (RUNS, NINE + HOUR - INSTANT, None),
        (RUNS, NINE + HOUR, Event(EventKind.DISABLED, RUNS, NINE + HOUR)),
        (a_status(), NINE + 1000 * HOUR, None),
    ],
)
def test_each_start_and_end_that_has_come_leaves_one_event(status: Status, at: datetime, event: Event | None):
    assert settle([status], at).events == ((event,) if event else ())


@pytest.mark.parametrize(
    ("at", "left"),
    [
        (NINE + HOUR - INSTANT, {RUNS, WAITS}),
        (NINE + HOUR, {promoted(WAITS)}),
        (NINE + 2 * HOUR, set()),
    ],
)
def test_settling_leaves_what_has_not_ended(at: datetime, left: set[Status]):
    assert set(settle([RUNS, WAITS], at).statuses) == left


def test_what_time_did_is_told_in_the_order_in_which_it_was_due():
    first = a_status(id="first", ends_at=NINE + MINUTE)
    last = a_status(id="last", ends_at=NINE + 90 * MINUTE)
    told = settle([last, WAITS, first], NINE + 90 * MINUTE).events
    assert [event.status.id for event in told if event.status] == ["first", "waits", "last"]


def test_an_end_is_told_before_a_start_at_the_same_moment():
    assert [event.kind for event in settle([WAITS, RUNS], NINE + HOUR).events] == [
        EventKind.DISABLED,
        EventKind.PROMOTED,
    ]


def test_nothing_in_force_is_lost_when_the_clock_steps_back():
    both = (replace(RUNS, sequence=1), a_status(id="over it", sequence=2), WAITS)
    settled = settle(both, NINE - MINUTE)
    assert set(settled.statuses) == set(both)
    assert settled.events == ()


@given(persons, spans, spans)
def test_settling_agrees_with_reading_at_any_later_moment(person: Person, until: timedelta, later: timedelta):
    settled_at = person.now + until
    settled = settle(person.kept.statuses, settled_at).statuses
    assert as_of(settled, settled_at + later) == as_of(person.kept.statuses, settled_at + later)


@given(persons, spans)
def test_settled_statuses_are_what_reading_shows(person: Person, until: timedelta):
    now = person.now + until
    settled = settle(person.kept.statuses, now).statuses
    assert settled == as_of(person.kept.statuses, now).statuses
    assert all(
        (status.schedule_type is ScheduleType.RESERVED) == (now < status.in_force_at) for status in settled
    )


@given(persons, spans)
def test_what_is_settled_is_settled_once(person: Person, until: timedelta):
    now = person.now + until
    settled = settle(person.kept.statuses, now).statuses
    assert settle(settled, now) == type(settle(settled, now))(settled, ())


@given(persons, spans, spans)
def test_settling_often_leaves_what_settling_once_leaves(person: Person, first: timedelta, second: timedelta):
    earlier, later = person.now + first, person.now + first + second
    in_steps = settle(settle(person.kept.statuses, earlier).statuses, later)
    assert in_steps.statuses == settle(person.kept.statuses, later).statuses


@given(persons, spans)
def test_every_status_that_goes_or_comes_into_force_is_told(person: Person, until: timedelta):
    now = person.now + until
    settlement = settle(person.kept.statuses, now)
    before = {status.id: status for status in person.kept.statuses}
    after = {status.id: status for status in settlement.statuses}
    touched = {id_ for id_, status in before.items() if after.get(id_) != status}
    told = [event.status.id for event in settlement.events if event.status]
    assert sorted(told) == sorted(touched)


@given(persons)
def test_a_person_has_at_most_one_reserved_status(person: Person):
    kinds = [status.schedule_type for status in person.kept.statuses]
    assert kinds.count(ScheduleType.RESERVED) <= 1


@given(persons)
def test_no_two_of_a_persons_statuses_dispute_who_is_shown(person: Person):
    positions = [(status.in_force_at, status.sequence) for status in person.kept.statuses]
    assert len(set(positions)) == len(positions)
