from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
import structlog
from psycopg import sql
from redis import Redis, RedisError
from sqlalchemy.engine import make_url

from cli import broker, ports
from config.tasks import FOLLOW_ZONES, FORGET_EXPIRED, FORGET_OLD, PROMOTE_DUE
from domain.directory import Person
from harness.processes import running
from harness.waiting import wait_until
from store import migrate
from store.store import Store
from tests.builders import HOUR, a_reserved_status
from tests.scheduler.beats import Beat, Sent, made
from tests.store.builders import add_domain_with_people, keep

NOBODY = f"{ports.LOOPBACK}:{ports.any_free()}"
NO_STORE = f"postgresql://{NOBODY}/presently"
NO_BROKER = f"redis://{NOBODY}/0"

Make = Callable[..., Beat]


def reserve_from_now(store: Store, person: Person) -> datetime:
    with store.reading() as transaction:
        starts_at = transaction.now()
    keep(store, person, a_reserved_status(starts_at=starts_at, ends_at=starts_at + HOUR))
    return starts_at


@pytest.mark.parametrize("missing", [{"store_url": NO_STORE}, {"broker_url": NO_BROKER}])
def test_beat_goes_on_when_a_part_is_missing_and_says_so_once(make_beat: Make, missing: dict[str, str]):
    beat = make_beat(**missing)

    with structlog.testing.capture_logs() as entries:
        assert [beat.scheduler.tick() for _ in range(3)] == [0, 0, 0]

    assert [line["log_level"] for line in entries] == ["error"]
    assert "refused" in entries[0]["reason"]
    assert "\n" not in entries[0]["reason"]


@pytest.fixture
def later_broker(tmp_path: Path) -> tuple[str, AbstractContextManager[object]]:
    """Return the URL of a broker, and a function that starts it."""
    address = broker.prepare(tmp_path, tmp_path / "url")
    start = running([broker.find_server(), broker.CONFIGURATION], log=tmp_path / "log", cwd=tmp_path)
    return address.url, start


def test_beat_sends_for_what_was_due_as_soon_as_the_broker_is_back(
    make_beat: Make, running_store: Store, later_broker: tuple[str, AbstractContextManager[object]]
):
    url, start = later_broker
    beat = make_beat(broker_url=url)
    starts_at = reserve_from_now(running_store, add_domain_with_people(running_store)[0])
    for _ in range(3):
        beat.scheduler.tick()

    with start, structlog.testing.capture_logs() as entries:
        beat.tick_until(lambda: [line["log_level"] for line in entries] == ["info"])
        assert beat.sent() == [Sent(PROMOTE_DUE, starts_at)]


def test_a_connection_that_the_brokers_restart_cut_costs_no_pause_and_no_word(
    beat: Beat, running_store: Store, broker_url: str
):
    beat.scheduler.tick()
    with Redis.from_url(broker_url) as client:
        client.client_kill_filter(_type="normal", skipme=True)
    starts_at = reserve_from_now(running_store, add_domain_with_people(running_store)[0])

    with structlog.testing.capture_logs() as entries:
        beat.tick_until(beat.sent)

    assert beat.sent() == [Sent(PROMOTE_DUE, starts_at)]
    assert entries == []


def test_no_periodic_task_is_lost_while_the_broker_is_gone(
    make_beat: Make, later_broker: tuple[str, AbstractContextManager[object]]
):
    url, start = later_broker
    beat = make_beat(broker_url=url)
    for _ in range(3):
        beat.scheduler.tick()

    with start, structlog.testing.capture_logs() as entries:
        beat.tick_until(lambda: [line["log_level"] for line in entries] == ["info"])
        beat.tick_until(lambda: set(beat.housekeeping()) == {FORGET_OLD, FORGET_EXPIRED, FOLLOW_ZONES})


def test_a_broker_that_takes_nothing_costs_no_periodic_task_and_is_told_in_one_line(
    make_beat: Make, later_broker: tuple[str, AbstractContextManager[object]]
):
    url, start = later_broker
    beat = make_beat(broker_url=url)
    with start, Redis.from_url(url) as client, structlog.testing.capture_logs() as entries:
        wait_until(lambda: answers(client))
        client.config_set("maxmemory", 1)
        beat.tick_until(lambda: entries)
        client.config_set("maxmemory", 0)
        beat.tick_until(lambda: len(beat.housekeeping()) == 3)

    assert [line["log_level"] for line in entries] == ["error", "info"]
    assert "maxmemory" in entries[0]["reason"]


def answers(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except RedisError:
        return False


def test_beat_sends_for_what_is_due_as_soon_as_the_store_is_there(
    make_beat: Make, request: pytest.FixtureRequest, tmp_path: Path, store_url: str
):
    later_url = store_that_is_not_there(store_url, tmp_path)
    beat = make_beat(store_url=later_url)
    for _ in range(3):
        beat.scheduler.tick()

    make_there(later_url)
    store = Store(later_url)
    starts_at = reserve_from_now(store, add_domain_with_people(store)[0])
    store.close()
    beat.tick_until(beat.sent)

    assert beat.sent() == [Sent(PROMOTE_DUE, starts_at)]


def store_that_is_not_there(store_url: str, folder: Path) -> str:
    """Return the URL of another store of the same kind."""
    if store_url.startswith("sqlite"):
        return f"sqlite:///{folder / 'later' / 'presently.db'}"
    return make_url(store_url).set(database="presently_later").render_as_string(hide_password=False)


def make_there(later_url: str) -> None:
    """Make the store, with its tables."""
    url = make_url(later_url)
    if url.drivername == "sqlite":
        Path(url.database or "").parent.mkdir()
    else:
        server = url.set(database="postgres").render_as_string(hide_password=False)
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(url.database or "")))
    migrate.upgrade(later_url)


def test_to_make_a_scheduler_touches_neither_store_nor_broker(monkeypatch: pytest.MonkeyPatch):
    for is_lazy in (True, False):
        assert made(NO_STORE, NO_BROKER, monkeypatch, lazy=is_lazy).scheduler.max_interval == 1


def test_beat_can_be_closed_at_any_time_and_twice(make_beat: Make):
    beat = make_beat()
    beat.scheduler.close()
    beat.scheduler.tick()

    beat.scheduler.close()
    beat.scheduler.close()
