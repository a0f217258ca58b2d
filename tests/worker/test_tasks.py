from datetime import timedelta
from types import ModuleType

import pytest
import structlog
from celery.backends.base import DisabledBackend
from redis import Redis

import worker.drain
from broker.broker import Broker
from cli import ports
from config.tasks import DISABLE_DUE, FORGET_OLD, HOUSEKEEPING, PROMOTE_DUE, TIMERS
from domain.directory import Person
from domain.status import ScheduleType
from store.store import Store
from tests.builders import DAY, HOUR, INSTANT, NINE, HandClock, a_reserved_status, a_status
from tests.store.builders import events_of, keep, promote, statuses_of

TEN = NINE + HOUR
ELEVEN = TEN + HOUR


def test_a_start_that_has_come_is_made(tasks: ModuleType, store: Store, person: Person, clock: HandClock):
    keep(store, person, a_reserved_status(starts_at=TEN, ends_at=ELEVEN))
    clock.now = TEN

    figures = tasks.promote_due(due_at=TEN.isoformat())

    assert figures == {"promoted": 1, "latest_ms": 0.0, "ids": ["uprofile-reserved"]}
    assert [status.schedule_type for status in statuses_of(store, person)] == [ScheduleType.PRESENT]


def test_an_end_that_has_come_is_made(tasks: ModuleType, store: Store, person: Person, clock: HandClock):
    keep(store, person, a_status(ends_at=TEN))
    clock.now = TEN + timedelta(milliseconds=12)

    figures = tasks.disable_due(due_at=TEN.isoformat())

    assert figures == {"disabled": 1, "latest_ms": 12.0, "ids": ["uprofile-1"]}
    assert statuses_of(store, person) == []


def test_a_window_that_passed_whole_is_told_as_lapsed(
    tasks: ModuleType, store: Store, person: Person, clock: HandClock
):
    keep(store, person, a_reserved_status(starts_at=TEN, ends_at=ELEVEN))
    clock.now = ELEVEN

    figures = tasks.promote_due(due_at=TEN.isoformat())

    assert (figures["promoted"], figures["lapsed"]) == (0, 1)
    assert [event.kind for event in events_of(store, person)] == ["LAPSED"]


def test_what_was_done_is_counted(
    tasks: ModuleType, store: Store, person: Person, clock: HandClock, broker_url: str
):
    keep(store, person, a_reserved_status(starts_at=TEN, ends_at=ELEVEN))
    clock.now = TEN

    tasks.promote_due(due_at=TEN.isoformat())

    assert sum(Broker(broker_url).lateness.by_kind()["PROMOTED"].buckets) == 1


def test_a_broker_that_is_gone_keeps_no_start_from_being_made(
    tasks: ModuleType, store: Store, person: Person, clock: HandClock, monkeypatch: pytest.MonkeyPatch
):
    gone = Broker(f"redis://{ports.LOOPBACK}:{ports.any_free()}/0")
    monkeypatch.setattr(tasks, "broker", lambda: gone)
    keep(store, person, a_reserved_status(starts_at=TEN, ends_at=ELEVEN))
    clock.now = TEN

    with structlog.testing.capture_logs() as entries:
        figures = tasks.promote_due(due_at=TEN.isoformat())

    assert figures["promoted"] == 1
    assert [line["log_level"] for line in entries] == ["info", "warning"]


def test_nothing_done_is_nothing_said(tasks: ModuleType):
    with structlog.testing.capture_logs() as entries:
        assert tasks.disable_due(due_at=TEN.isoformat()) == {"disabled": 0}

    assert entries == []


@pytest.mark.parametrize("name", ["promote_due", "disable_due"])
def test_a_task_whose_turn_is_over_hands_over_to_a_new_message(
    tasks: ModuleType,
    store: Store,
    person: Person,
    clock: HandClock,
    broker_url: str,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(worker.drain, "TURN", timedelta(0))
    keep(
        store,
        person,
        a_status(ends_at=TEN),
        a_reserved_status(starts_at=TEN, ends_at=ELEVEN),
    )
    clock.now = TEN

    getattr(tasks, name)(due_at=TEN.isoformat())

    with Redis.from_url(broker_url) as client:
        assert client.llen(TIMERS) == 1


@pytest.mark.parametrize(
    ("age", "forgotten"),
    [
        # Kept for thirty days, an event is…
        (30 * DAY, 0),
        (30 * DAY + INSTANT, 1),
    ],
)
def test_events_are_forgotten_after_their_time(
    tasks: ModuleType,
    store: Store,
    person: Person,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
    age: timedelta,
    forgotten: int,
):
    monkeypatch.setenv("PRESENTLY_EVENT_RETENTION", "P30D")
    keep(store, person, a_reserved_status(starts_at=TEN, ends_at=ELEVEN))
    clock.now = TEN
    promote(store)
    clock.advance(age)

    assert tasks.forget_old() == {"forgotten": forgotten}
    assert len(events_of(store, person)) == 1 - forgotten


def test_more_events_than_are_forgotten_at_once_are_forgotten_all(
    tasks: ModuleType, store: Store, people: list[Person], clock: HandClock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tasks, "_FORGET_AT_ONCE", 3)
    for person in people:
        keep(
            store,
            person,
            a_reserved_status(id=f"uprofile-{person.id}", starts_at=TEN, ends_at=ELEVEN),
        )
    clock.now = TEN
    promote(store)
    clock.advance(366 * DAY)

    assert tasks.forget_old() == {"forgotten": len(people)}


def test_the_tasks_are_known_by_their_names(tasks: ModuleType):
    assert {PROMOTE_DUE, DISABLE_DUE, FORGET_OLD} <= set(tasks.app.tasks)


@pytest.mark.parametrize(
    ("name", "queue"), [(PROMOTE_DUE, TIMERS), (DISABLE_DUE, TIMERS), (FORGET_OLD, HOUSEKEEPING)]
)
def test_housekeeping_has_a_queue_of_its_own(tasks: ModuleType, name: str, queue: str):
    assert tasks.app.amqp.router.route({}, name)["queue"].name == queue


def test_nobody_keeps_results_and_messages_are_acknowledged_early(tasks: ModuleType):
    task = tasks.promote_due

    assert (task.ignore_result, task.acks_late) == (True, False)
    assert isinstance(tasks.app.backend, DisabledBackend)
