"""`/healthz` and `/readyz`: the answers to an operator's probes."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from redis import Redis
from sqlalchemy import text

from broker.broker import Broker
from domain.directory import Person
from harness import postgres
from store import migrate
from store.store import Store
from tests.api.clients import TestClient
from tests.builders import HOUR, NINE, HandClock, a_reserved_status
from tests.store.builders import keep

#: A heartbeat is valid for seconds.
pytestmark = pytest.mark.alone

ALL_IS_THERE = dict.fromkeys(("store", "migrations", "broker", "beat", "worker"), "ok")
BEAT, WORKER = "presently:alive:beat", "presently:alive:worker:one"

Probe = Callable[..., httpx.Response]


@pytest.fixture
def broker(broker_url: str) -> Iterator[Redis]:
    """Yield a client of a broker with fresh heartbeats of beat and a worker."""
    with Redis.from_url(broker_url) as client:
        client.flushdb()
        give_heartbeats(broker_url)
        yield client


def give_heartbeats(broker_url: str) -> None:
    """Write heartbeats of beat and a worker."""
    for name in ("beat", "worker:one"):
        Broker(broker_url).heartbeats.record(name)


@pytest.fixture
def probe(app: FastAPI, broker_url: str, broker: Redis, store: Store) -> Iterator[Probe]:
    """Yield a function that probes an API; by default one of a complete deployment."""
    assert broker.dbsize() == 2

    def ask(path: str = "/readyz", *, store: Store = store, broker_url: str = broker_url) -> httpx.Response:
        app.state.store, app.state.broker = store, Broker(broker_url)
        answer: httpx.Response = TestClient(app).get(path)
        return answer

    usual = app.state.broker
    yield ask
    app.state.broker = usual


def silent_for(seconds: int, broker: Redis, key: str) -> None:
    """Make the heartbeat this old."""
    broker.pexpire(key, timedelta(minutes=10) - timedelta(seconds=seconds))


def test_a_service_to_which_nothing_is_missing_is_ready(probe: Probe):
    answer = probe()
    assert (answer.status_code, answer.json()) == (200, ALL_IS_THERE)


def test_a_process_is_alive_whatever_is_missing(probe: Probe, tmp_path: Path):
    nowhere = Store(f"sqlite:///{tmp_path}/nowhere/presently.sqlite3")
    answer = probe("/healthz", store=nowhere, broker_url="redis://127.0.0.1:1/0")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


@pytest.mark.parametrize(
    "url", ["sqlite:///{folder}/nowhere/x.sqlite3", "postgresql://sesame:open@127.0.0.1:1/x"]
)
def test_without_its_store_it_is_not_ready(probe: Probe, tmp_path: Path, url: str):
    answer = probe(store=Store(url.format(folder=tmp_path)))
    assert answer.status_code == 503
    assert answer.json() == ALL_IS_THERE | {"store": "cannot be reached", "migrations": "unknown"}


def test_before_the_store_is_migrated_it_is_not_ready_and_says_what_to_do(
    probe: Probe, blank_url: str, broker_url: str
):
    blank = Store(blank_url)
    answer = probe(store=blank)
    assert answer.status_code == 503
    advice = f"at none, needs {migrate.newest()}: run ./presently migrate"
    assert answer.json() == ALL_IS_THERE | {"migrations": advice}
    migrate.upgrade(blank_url)
    give_heartbeats(broker_url)
    assert probe(store=blank).status_code == 200
    blank.close()


def test_a_store_of_a_newer_version_makes_it_not_ready(probe: Probe, store: Store):
    with store.writing() as transaction:
        transaction.connection.execute(text("UPDATE alembic_version SET version_num = 'from_tomorrow'"))
    answer = probe()
    assert answer.status_code == 503
    assert answer.json()["migrations"].startswith("at from_tomorrow")


def test_without_its_broker_it_is_not_ready(probe: Probe):
    answer = probe(broker_url="redis://:sesame@127.0.0.1:1/0")
    assert answer.status_code == 503
    assert answer.json() == ALL_IS_THERE | {
        "broker": "cannot be reached",
        "beat": "unknown",
        "worker": "unknown",
    }


def test_a_store_that_takes_no_writes_makes_it_not_ready(probe: Probe, postgresql_url: str):
    with postgres.read_only(postgresql_url):
        store = Store(postgresql_url)
        answer, metrics = probe(store=store), probe("/metrics", store=store)
        store.close()
    assert answer.status_code == 503
    assert answer.json() == ALL_IS_THERE | {"store": "takes no writes", "migrations": "unknown"}
    assert 'presently_up{part="store"} 0.0' in metrics.text
    assert 'presently_up{part="broker"} 1.0' in metrics.text


def test_a_broker_that_takes_no_writes_makes_it_not_ready(probe: Probe, broker: Redis):
    broker.config_set("maxmemory", 1)
    try:
        answer, metrics = probe(), probe("/metrics")
    finally:
        broker.config_set("maxmemory", 0)
    assert answer.status_code == 503
    assert answer.json() == ALL_IS_THERE | {
        "broker": "takes no writes",
        "beat": "unknown",
        "worker": "unknown",
    }
    assert 'presently_up{part="broker"} 0.0' in metrics.text
    assert 'presently_up{part="store"} 1.0' in metrics.text


@pytest.mark.parametrize(("part", "key"), [("beat", BEAT), ("worker", WORKER)])
def test_without_a_heartbeat_of_beat_or_of_a_worker_it_is_not_ready(
    probe: Probe, broker: Redis, part: str, key: str
):
    broker.delete(key)
    answer = probe()
    assert (answer.status_code, answer.json()) == (503, ALL_IS_THERE | {part: "not seen"})


@pytest.mark.parametrize(("part", "key", "seconds"), [("beat", BEAT, 2), ("worker", WORKER, 7)])
def test_beat_and_workers_may_be_silent_for_some_seconds(
    probe: Probe, broker: Redis, part: str, key: str, seconds: int
):
    silent_for(seconds, broker, key)
    assert probe().json()[part] == "ok"


@pytest.mark.parametrize(
    ("part", "key", "seconds"), [("beat", BEAT, 6), ("worker", WORKER, 11), ("beat", BEAT, 500)]
)
def test_when_beat_or_the_workers_are_silent_for_longer_it_is_not_ready(
    probe: Probe, broker: Redis, part: str, key: str, seconds: int
):
    silent_for(seconds, broker, key)
    answer = probe()
    assert answer.status_code == 503
    ready = answer.json()
    assert ready == ALL_IS_THERE | {part: ready[part]}
    seen = re.fullmatch(r"last seen (\d+) s ago", ready[part])
    assert seen is not None
    assert seconds <= int(seen[1]) < seconds + 30


@pytest.mark.parametrize(("seconds", "said"), [(59, "ok"), (75, "the oldest start has waited for 75 s")])
def test_a_worker_that_gives_signs_but_carries_nothing_out_is_told(
    probe: Probe,
    broker: Redis,
    store: Store,
    people: list[Person],
    clock: HandClock,
    seconds: int,
    said: str,
):
    start = a_reserved_status(starts_at=NINE, ends_at=NINE + HOUR)
    keep(store, people[0], start)
    clock.now = NINE + timedelta(seconds=seconds)

    assert probe().json() == ALL_IS_THERE | {"worker": said}

    broker.delete(BEAT)  # then beat is to blame
    assert probe().json() == ALL_IS_THERE | {"beat": "not seen"}


def test_one_worker_of_several_is_enough(probe: Probe, broker: Redis, broker_url: str):
    silent_for(500, broker, WORKER)
    Broker(broker_url).heartbeats.record("worker:two")
    assert probe().status_code == 200


def test_nothing_of_this_needs_a_token_or_shows_a_secret(probe: Probe):
    without = probe(
        store=Store("postgresql://sesame:open@127.0.0.1:1/x"), broker_url="redis://:sesame@127.0.0.1:1/0"
    )
    assert without.status_code == 503
    assert "sesame" not in without.text
    assert "127.0.0.1" not in without.text
