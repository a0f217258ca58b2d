"""What is killed, flushed or cut off costs the outage and a moment, and never a start or an end."""

import os
import signal
from datetime import datetime, timedelta
from typing import Final

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.journey.house import House
from tests.journey.resident import Resident
from tests.processes import is_gone, wait_until

_HOUR: Final = timedelta(hours=1)
_SECOND: Final = timedelta(seconds=1)

#: How late a start may be after a killed process is back.
_CATCH_UP: Final = timedelta(seconds=2)

#: How late it may be after an outage is over, or a message was lost: what beat's next sweep costs, and a margin.
_A_SWEEP: Final = timedelta(seconds=3)

#: A moment at which a worker has the message for a start and waits it out.
_BEFORE: Final = timedelta(milliseconds=45)

#: What a process may say about an outage of a second or two.
_LINES: Final = 20


@pytest.mark.parametrize("killed", [("worker",), ("beat",)])
def test_killed_between_a_reserve_and_its_start_they_do_it_within_two_seconds_of_their_return(
    house: House, resident: Resident, killed: tuple[str, ...]
):
    pool = house.pool()
    starts_at = house.second(_SECOND / 2)
    resident.reserve(starts_at, starts_at + _HOUR)
    house.kill(*killed)
    if "worker" in killed:
        wait_until(lambda: all(is_gone(pid) for pid in pool))
    wait_until(lambda: house.now() > starts_at)
    assert resident.kinds() == ["RESERVED"]

    house.forget_signs()
    house.start(*killed)
    house.wait_for_sign(*killed)
    back_at = house.now()

    assert resident.wait_for("PROMOTED").committed_at < back_at + _CATCH_UP
    assert resident.kinds() == ["RESERVED", "PROMOTED"]


@pytest.mark.parametrize("child", [0, 1])  # one of the two has the message
def test_a_message_that_is_lost_with_its_process_costs_a_second(house: House, resident: Resident, child: int):
    starts_at = house.second(_SECOND)
    resident.reserve(starts_at, starts_at + _HOUR)
    wait_until(lambda: house.now() > starts_at - _BEFORE)

    os.kill(house.pool()[child], signal.SIGKILL)

    assert resident.wait_for("PROMOTED").committed_at < starts_at + _A_SWEEP
    assert resident.kinds() == ["RESERVED", "PROMOTED"]


@pytest.mark.parametrize("before", [_SECOND, _BEFORE])
def test_a_flushed_broker_costs_a_second_at_most(house: House, resident: Resident, before: timedelta):
    starts_at = house.second(_SECOND)
    resident.reserve(starts_at, starts_at + _HOUR)
    wait_until(lambda: house.now() > starts_at - before)

    with house.redis() as client:
        client.flushall()

    assert resident.wait_for("PROMOTED").committed_at < starts_at + _A_SWEEP
    assert resident.kinds() == ["RESERVED", "PROMOTED"]


def test_a_broker_that_comes_back_empty_costs_its_outage(house: House, resident: Resident):
    ran = {name: house.pid(name) for name in ("beat", "worker")}
    said = {name: len(house.log(name).splitlines()) for name in ran}
    starts_at = house.second(_SECOND)
    resident.reserve(starts_at, starts_at + _HOUR)
    house.kill("broker")
    house.empty_the_broker()
    wait_until(lambda: house.now() > starts_at + _SECOND)

    house.start("broker")
    back_at = house.now()

    assert resident.wait_for("PROMOTED").committed_at < back_at + _A_SWEEP
    assert resident.kinds() == ["RESERVED", "PROMOTED"]
    for name, pid in ran.items():
        assert house.is_running(name)
        assert house.pid(name) == pid
        assert len(house.log(name).splitlines()) - said[name] < _LINES


def test_a_store_that_is_out_of_reach_costs_its_outage(house: House, resident: Resident):
    ran = {name: house.pid(name) for name in ("beat", "worker")}
    said = {name: len(house.log(name).splitlines()) for name in ran}
    starts_at = house.second(_SECOND)
    resident.reserve(starts_at, starts_at + _HOUR)

    cut_off_the_store(house, until=starts_at + _SECOND)
    back_at = house.now()

    assert resident.wait_for("PROMOTED").committed_at < back_at + _A_SWEEP
    assert resident.kinds() == ["RESERVED", "PROMOTED"]
    for name, pid in ran.items():
        assert house.is_running(name)
        assert house.pid(name) == pid
        assert len(house.log(name).splitlines()) - said[name] < _LINES


def cut_off_the_store(house: House, *, until: datetime) -> None:
    """Let nobody reach PostgreSQL until this moment; or write to SQLite, which has no other outage."""
    if house.database == "sqlite":
        with house.store.writing() as transaction:
            wait_until(lambda: transaction.now() > until)
        return
    url = make_url(house.settings.store_url)
    name = sql.Identifier(url.database or "")
    server = url.set(database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        try:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [url.database]
            )
            wait_until(
                lambda: connection.execute("SELECT clock_timestamp() > %s", [until]).fetchone() == (True,)
            )
        finally:
            connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))


def test_two_beats_start_and_end_everything_once(house: House, resident: Resident):
    house.start("beat-2")
    wait_until(lambda: "Starting" in house.log("beat-2"))
    starts_at = house.second(_SECOND)
    resident.reserve(starts_at, starts_at + _SECOND)

    resident.wait_for("DISABLED")

    assert resident.kinds() == ["RESERVED", "PROMOTED", "DISABLED"]
