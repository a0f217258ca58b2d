import gc
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert

from config.settings import Settings
from config.tasks import DISABLE_DUE, PROMOTE_DUE
from domain.directory import Person
from scheduler.agenda import LEAD, SWEEP
from store import tables
from store.due import BATCH, SPAN
from store.store import Store
from store.wakeup import LONGEST_SLEEP
from tests.builders import HOUR, MINUTE, SOMEBODY, a_draft, a_reserved_status, a_status
from tests.scheduler.beats import Beat, Sent
from tests.store.builders import add_domain_with_people, change, keep
from tests.writes import post

SHORTLY = timedelta(milliseconds=200)


@pytest.fixture
def everybody(running_store: Store) -> list[Person]:
    return add_domain_with_people(running_store)


def now_of(store: Store) -> datetime:
    with store.reading() as transaction:
        return transaction.now()


def reserve(store: Store, person: Person, starts_at: datetime) -> None:
    """Reserve a status without waking beat."""
    keep(
        store,
        person,
        a_reserved_status(id=f"uprofile-{person.id}", starts_at=starts_at, ends_at=starts_at + HOUR),
    )


def reserve_for_all(store: Store, people: Iterable[Person], starts_at: datetime) -> None:
    shared = {
        "schedule_type": "RESERVED",
        "profile_status_id": "BUSY",
        "in_force_at": starts_at,
        "place": "works",
        "sequence": 1,
    }
    rows = [shared | {"id": f"uprofile-{person.id}", "person_id": person.id} for person in people]
    with store.writing() as transaction:
        transaction.connection.execute(insert(tables.status), rows)


def test_beat_sends_a_worker_shortly_before_a_start_and_not_earlier(
    beat: Beat, running_store: Store, everybody: list[Person]
):
    starts_at = now_of(running_store) + SHORTLY
    reserve(running_store, everybody[0], starts_at)

    beat.tick_until(beat.sent)

    assert now_of(running_store) >= starts_at - LEAD
    assert beat.sent() == [Sent(PROMOTE_DUE, starts_at)]


def test_beat_sends_a_worker_for_an_end(beat: Beat, running_store: Store, everybody: list[Person]):
    now = now_of(running_store)
    keep(running_store, everybody[0], a_status(in_force_at=now - HOUR, ends_at=now))

    beat.tick_until(beat.sent)

    assert beat.sent() == [Sent(DISABLE_DUE, now)]


def test_beat_sends_nobody_for_what_lies_far_ahead_or_has_no_end(
    beat: Beat, running_store: Store, everybody: list[Person]
):
    now = now_of(running_store)
    reserve(running_store, everybody[0], now + HOUR)
    keep(running_store, everybody[1], a_status(id="uprofile-endless", in_force_at=now - HOUR))

    beat.tick_until(lambda: now_of(running_store) > now + SHORTLY)

    assert beat.sent() == []


@pytest.mark.parametrize(
    ("count", "messages"),
    [
        # With two processes in each worker, for one batch, and for more…
        (BATCH, 1),
        (BATCH + 1, 2),
    ],
)
def test_beat_sends_one_worker_for_a_batch_and_all_for_more(
    beat: Beat, running_store: Store, count: int, messages: int
):
    starts_at = now_of(running_store)
    reserve_for_all(running_store, add_domain_with_people(running_store, count), starts_at)

    beat.tick_until(beat.sent)

    assert Settings().worker_processes == 2
    assert beat.sent() == messages * [Sent(PROMOTE_DUE, starts_at)]


def test_beat_sends_nobody_again_until_a_sweep_later(
    beat: Beat, running_store: Store, everybody: list[Person]
):
    starts_at = now_of(running_store)
    reserve(running_store, everybody[0], starts_at)
    beat.tick_until(beat.sent)
    sent_at = now_of(running_store)

    beat.tick_until(lambda: len(beat.sent()) > 1)

    assert now_of(running_store) - sent_at > SWEEP - LEAD
    assert beat.sent() == 2 * [Sent(PROMOTE_DUE, starts_at)]


def test_beat_sends_one_worker_for_a_dense_stream(beat: Beat, running_store: Store, everybody: list[Person]):
    first = now_of(running_store) + SHORTLY
    for number, person in enumerate(everybody):
        reserve(running_store, person, first + number * SPAN / len(everybody))

    beat.tick_until(lambda: now_of(running_store) > first + SPAN)

    assert beat.sent() == [Sent(PROMOTE_DUE, first)]


def test_what_is_written_after_a_worker_was_sent_gets_its_own(
    beat: Beat, running_store: Store, everybody: list[Person]
):
    first = now_of(running_store)
    reserve(running_store, everybody[0], first)
    beat.tick_until(beat.sent)
    second = first + SPAN
    reserve(running_store, everybody[1], second)

    beat.tick_until(lambda: len(beat.sent()) > 1)

    assert beat.sent() == [Sent(PROMOTE_DUE, first), Sent(PROMOTE_DUE, second)]


def test_what_is_overdue_hides_nothing_that_comes_after_it(
    beat: Beat, running_store: Store, everybody: list[Person]
):
    stuck = now_of(running_store) - MINUTE
    reserve(running_store, everybody[0], stuck)
    beat.tick_until(beat.sent)
    starts_at = now_of(running_store) + SHORTLY
    reserve(running_store, everybody[1], starts_at)

    beat.tick_until(lambda: Sent(PROMOTE_DUE, starts_at) in beat.sent())

    assert beat.sent() == [Sent(PROMOTE_DUE, stuck), Sent(PROMOTE_DUE, starts_at)]


def test_of_what_is_due_at_once_the_earlier_goes_first(
    beat: Beat, running_store: Store, everybody: list[Person]
):
    now = now_of(running_store)
    keep(
        running_store,
        everybody[0],
        a_status(in_force_at=now - HOUR, ends_at=now - MINUTE),
        a_reserved_status(starts_at=now, ends_at=now + HOUR),
    )

    beat.tick_until(beat.sent)

    assert beat.sent() == [Sent(DISABLE_DUE, now - MINUTE), Sent(PROMOTE_DUE, now)]


def test_an_earlier_start_wakes_beat_or_is_found_by_looking(
    beat: Beat, running_store: Store, everybody: list[Person]
):
    now = now_of(running_store)
    reserve(running_store, everybody[0], now + HOUR)
    beat.tick_until(lambda: now_of(running_store) > now + SHORTLY)

    with ThreadPoolExecutor() as pool:
        began = time.monotonic()
        tick = pool.submit(beat.scheduler.tick)
        starts_at = now_of(running_store) + 2 * SHORTLY
        draft = a_draft(starts_at=starts_at, ends_at=starts_at + HOUR)
        with running_store.writing() as transaction:
            change(
                transaction,
                everybody[1].id,
                lambda statuses, now: post(statuses, draft, now)[0],
                by=SOMEBODY,
            )
        tick.result()
        assert time.monotonic() - began < LONGEST_SLEEP.total_seconds()
    beat.tick_until(beat.sent)

    assert beat.sent() == [Sent(PROMOTE_DUE, starts_at)]


def test_beat_spares_later_collections_of_garbage_what_it_has_loaded(make_beat: Callable[..., Beat]):
    gc.unfreeze()
    make_beat().scheduler.setup_schedule()
    assert gc.get_freeze_count() > 0


def test_two_beats_do_no_harm(make_beat: Callable[..., Beat], running_store: Store, everybody: list[Person]):
    starts_at = now_of(running_store)
    reserve(running_store, everybody[0], starts_at)
    one, other = make_beat(), make_beat()

    one.scheduler.tick()
    other.scheduler.tick()

    assert other.sent() == 2 * [Sent(PROMOTE_DUE, starts_at)]
