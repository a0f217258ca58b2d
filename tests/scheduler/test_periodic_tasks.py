"""The periodic tasks of beat: sent at the start and in every period, even if other work fails."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from celery.beat import BeatLazyFunc, ScheduleEntry

from config.tasks import FOLLOW_ZONES, FORGET_EXPIRED, FORGET_OLD, PROMOTE_DUE
from scheduler.beat import DueScheduler
from store.store import Store, Transaction
from tests.builders import HOUR, a_reserved_status
from tests.scheduler.beats import Beat, Sent
from tests.store.builders import add_domain_with_people, keep

PERIOD = timedelta(milliseconds=200)

Make = Callable[..., Beat]


class PeriodicTasksFail(DueScheduler):
    """Beat with a fault in sending its periodic tasks."""

    def populate_heap(self, *_: Any, **__: Any) -> None:
        """Fail."""
        raise ZeroDivisionError


class OneTaskFails(DueScheduler):
    """Beat with a fault in sending one of its periodic tasks."""

    def apply_async(self, entry: ScheduleEntry, *args: Any, **kwargs: Any) -> Any:
        """Send any other task."""
        if entry.task == FORGET_OLD:
            entry.args = (BeatLazyFunc(lambda: 1 // 0),)
        return super().apply_async(entry, *args, **kwargs)


class LookingFails(DueScheduler):
    """Beat with a fault in finding due statuses."""

    is_faulty = True

    def _next_order(self, kind: Any, transaction: Transaction, now: datetime) -> Any:
        if self.is_faulty:
            raise ZeroDivisionError
        return super()._next_order(kind, transaction, now)


def reserve_from_now(store: Store) -> datetime:
    person = add_domain_with_people(store)[0]
    with store.reading() as transaction:
        starts_at = transaction.now()
    keep(store, person, a_reserved_status(starts_at=starts_at, ends_at=starts_at + HOUR))
    return starts_at


def test_a_beat_that_just_started_sends_every_periodic_task_once(beat: Beat):
    for _ in range(5):
        beat.scheduler.tick()

    assert Counter(beat.housekeeping()) == {FORGET_OLD: 1, FORGET_EXPIRED: 1, FOLLOW_ZONES: 1}


def test_they_are_sent_again_in_every_period(beat: Beat):
    beat.repeat_every(PERIOD)

    with structlog.testing.capture_logs() as entries:
        beat.tick_until(
            lambda: (
                min(Counter([FORGET_OLD, FORGET_EXPIRED, FOLLOW_ZONES, *beat.housekeeping()]).values()) == 6
            )
        )

    assert entries == []


def test_a_fault_in_them_keeps_nothing_from_being_on_time_and_is_told_once(
    make_beat: Make, running_store: Store
):
    beat = make_beat(kind=PeriodicTasksFail)
    starts_at = reserve_from_now(running_store)

    with structlog.testing.capture_logs() as entries:
        beat.tick_until(lambda: len(beat.sent()) == 2)

    assert beat.sent() == 2 * [Sent(PROMOTE_DUE, starts_at)]
    assert [(line["log_level"], line["exc_info"]) for line in entries] == [("error", True)]


def test_one_that_cannot_be_sent_keeps_no_other_from_being_sent(make_beat: Make):
    beat = make_beat(kind=OneTaskFails)
    beat.repeat_every(PERIOD)

    with structlog.testing.capture_logs() as entries:
        beat.tick_until(lambda: len(beat.housekeeping()) >= 3)

    assert set(beat.housekeeping()) == {FORGET_EXPIRED, FOLLOW_ZONES}
    assert {line["task"] for line in entries} == {FORGET_OLD}


def test_a_fault_in_looking_for_what_is_due_keeps_no_periodic_task_from_being_sent_and_is_told_once(
    make_beat: Make, running_store: Store
):
    beat = make_beat(kind=LookingFails)
    beat.repeat_every(PERIOD)
    starts_at = reserve_from_now(running_store)

    with structlog.testing.capture_logs() as entries:
        beat.tick_until(lambda: len(beat.housekeeping()) == 6)
        beat.scheduler.is_faulty = False  # type: ignore[attr-defined] # it is a LookingFails
        beat.tick_until(beat.sent)

    assert beat.sent() == [Sent(PROMOTE_DUE, starts_at)]
    assert [line["log_level"] for line in entries] == ["error", "info"]
    assert isinstance(entries[0]["exc_info"], ZeroDivisionError)
