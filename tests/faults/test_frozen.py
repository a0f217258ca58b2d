"""A worker that stops in the middle of a transaction, frozen or cut off with its machine, loses its locks."""

import os
import signal
from datetime import timedelta
from functools import partial
from typing import Final

import psycopg
import pytest

from harness.waiting import wait_until
from tests.faults.audit import audit, during
from tests.faults.conftest import everybody
from tests.faults.course import book
from tests.faults.moments import start_and_wait, wait_for_storm
from tests.faults.test_store import connected
from tests.journey.house import House

#: A connection that is silent for five seconds in a transaction is ended (`store/engine.py`).
_GIVEN_UP_WITHIN: Final = timedelta(seconds=10)

_HOLDS: Final = (
    "SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction'"
    " AND state_change < clock_timestamp() - interval '0.2 s'"
)
_WAITS: Final = "SELECT 1 FROM pg_locks WHERE relation = 'event'::regclass AND NOT granted"


@pytest.mark.whole
def test_what_a_frozen_worker_has_in_hand_goes_to_another_one(postgresql_house: House):
    house = postgresql_house
    course = book(house, everybody(house))
    wait_for_storm(house, course)
    try:
        with connected(house) as other:
            outage = during(
                partial(freeze_with_statuses_in_hand, house, other),
                partial(wait_until, lambda: other.execute(_HOLDS).fetchone()),
                partial(start_and_wait, house, "worker-2"),
                partial(wait_until, lambda: not other.execute(_HOLDS).fetchone(), patience=_GIVEN_UP_WITHIN),
            )

        audit(house, course, outage)
    finally:
        signal_pool(house, signal.SIGCONT)


def freeze_with_statuses_in_hand(house: House, other: psycopg.Connection) -> None:
    """Freeze the worker's children while one waits for a lock in the middle of its transaction."""
    with other.transaction():
        other.execute("LOCK TABLE event IN SHARE MODE")
        wait_until(lambda: other.execute(_WAITS).fetchone())
        signal_pool(house, signal.SIGSTOP)


def signal_pool(house: House, number: signal.Signals) -> None:
    for child in house.pool():
        os.kill(child, number)
