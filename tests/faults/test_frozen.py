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
from tests.faults.bookings import book
from tests.faults.conftest import everybody
from tests.faults.moments import start_and_wait, wait_for_storm
from tests.faults.test_store import connected
from tests.journey.deployment import Deployment

#: A connection that is silent for five seconds in a transaction is ended (`store/engine.py`).
_GIVEN_UP_WITHIN: Final = timedelta(seconds=10)

_HOLDS: Final = (
    "SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction'"
    " AND state_change < clock_timestamp() - interval '0.2 s'"
)
_WAITS: Final = "SELECT 1 FROM pg_locks WHERE relation = 'event'::regclass AND NOT granted"


@pytest.mark.whole
def test_what_a_frozen_worker_has_in_hand_goes_to_another_one(postgresql_deployment: Deployment):
    deployment = postgresql_deployment
    bookings = book(deployment, everybody(deployment))
    wait_for_storm(deployment, bookings)
    try:
        with connected(deployment) as other:
            outage = during(
                partial(freeze_with_statuses_in_hand, deployment, other),
                partial(wait_until, lambda: other.execute(_HOLDS).fetchone()),
                partial(start_and_wait, deployment, "worker-2"),
                partial(wait_until, lambda: not other.execute(_HOLDS).fetchone(), patience=_GIVEN_UP_WITHIN),
            )

        audit(deployment, bookings, outage)
    finally:
        signal_pool(deployment, signal.SIGCONT)


def freeze_with_statuses_in_hand(deployment: Deployment, other: psycopg.Connection) -> None:
    """Freeze the worker's children while one waits for a lock in the middle of its transaction."""
    with other.transaction():
        other.execute("LOCK TABLE event IN SHARE MODE")
        wait_until(lambda: other.execute(_WAITS).fetchone())
        signal_pool(deployment, signal.SIGSTOP)


def signal_pool(deployment: Deployment, number: signal.Signals) -> None:
    for child in deployment.pool():
        os.kill(child, number)
