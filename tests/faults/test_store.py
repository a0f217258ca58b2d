"""A fault of the store delays by its outage only; PostgreSQL has more faults than SQLite."""

import signal
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from domain.directory import Person
from harness.postgres import Cluster
from harness.waiting import wait_until
from tests.faults.audit import audit, during
from tests.faults.bookings import book
from tests.faults.conftest import everybody
from tests.faults.moments import wait_for_storm
from tests.journey.deployment import Deployment

_BEFORE: Final = timedelta(seconds=-0.5)
_AFTER: Final = timedelta(seconds=0.5)


def test_a_store_that_is_out_of_reach_costs_its_outage(deployment: Deployment, crowd: list[Person]):
    bookings = book(deployment, crowd)
    wait_for_storm(deployment, bookings, _BEFORE)

    outage = during(partial(cut_off, deployment, until=bookings.storm_at + _AFTER))

    audit(deployment, bookings, outage)


def cut_off(deployment: Deployment, *, until: datetime) -> None:
    """Block connections to PostgreSQL until this time; on SQLite block writes, its only kind of outage."""
    if deployment.database == "sqlite":
        with deployment.store.writing() as transaction:
            wait_until(lambda: transaction.now() > until)
        return
    database = sql.Identifier(make_url(deployment.settings.store_url).database or "")
    with connected(deployment, database="postgres") as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(database))
        try:
            cut_connections(connection)
            wait_until(
                lambda: connection.execute("SELECT clock_timestamp() > %s", [until]).fetchone() == (True,)
            )
        finally:
            connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(database))


def connected(deployment: Deployment, *, database: str | None = None) -> psycopg.Connection:
    """Return the test's own connection to the server."""
    url = make_url(deployment.settings.store_url)
    return psycopg.connect(
        url.set(database=database or url.database).render_as_string(hide_password=False), autocommit=True
    )


def cut_connections(connection: psycopg.Connection) -> None:
    """End every connection but this one."""
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )


def test_connections_that_are_cut_again_and_again_cost_as_long_as_it_goes_on(
    postgresql_deployment: Deployment,
):
    bookings = book(postgresql_deployment, everybody(postgresql_deployment))
    wait_for_storm(postgresql_deployment, bookings, _BEFORE)

    def cut_until_after_the_storm() -> None:
        with connected(postgresql_deployment) as connection:

            def cut_once_more() -> bool:
                cut_connections(connection)
                is_after = "SELECT clock_timestamp() > %s"
                return connection.execute(is_after, [bookings.storm_at + _AFTER]).fetchone() == (True,)

            wait_until(cut_once_more)

    audit(postgresql_deployment, bookings, during(cut_until_after_the_storm))


@pytest.mark.whole
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_a_restart_of_postgresql_across_the_due_time_costs_its_outage(
    postgresql_deployment: Deployment, cluster: Cluster, how: signal.Signals
):
    """A package's upgrade sends SIGINT; SIGQUIT has the effect of a crash."""
    bookings = book(postgresql_deployment, everybody(postgresql_deployment))
    wait_for_storm(postgresql_deployment, bookings)

    outage = during(partial(cluster.stop, how), cluster.start)

    audit(postgresql_deployment, bookings, outage)


@pytest.mark.whole
def test_a_worker_that_loses_a_deadlock_does_it_again(postgresql_deployment: Deployment):
    bookings = book(postgresql_deployment, everybody(postgresql_deployment))
    with connected(postgresql_deployment) as other, connected(postgresql_deployment) as watcher:

        def deadlocks() -> int:
            watcher.execute("SELECT pg_stat_clear_snapshot()")
            (count,) = watcher.execute(
                "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
            ).fetchone() or (0,)
            return int(count)

        def is_waited_for() -> bool:
            waiting = watcher.execute(
                "SELECT 1 FROM pg_locks WHERE relation = 'event'::regclass AND NOT granted"
            )
            return waiting.fetchone() is not None

        def provoke() -> None:
            # The first to wait for `deadlock_timeout` detects the deadlock and aborts: a worker, after a second.
            other.execute("SET deadlock_timeout = '3s'")
            with suppress(psycopg.errors.DeadlockDetected), other.transaction():
                other.execute("LOCK TABLE event IN SHARE MODE")
                wait_until(is_waited_for)
                other.execute("SELECT id FROM status FOR UPDATE")

        before = deadlocks()
        wait_for_storm(postgresql_deployment, bookings)
        outage = during(provoke)

        audit(postgresql_deployment, bookings, outage)
        wait_until(lambda: deadlocks() > before)
        assert "deadlock detected" in postgresql_deployment.log("worker")
