"""`/metrics`, as Prometheus reads it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis

from api.app import create_app
from broker.broker import Broker
from broker.lateness import LATENESS_BOUNDS
from domain.events import EventKind
from store.store import Store
from tests.api.clients import TestClient, Works, written
from tests.api.deployment import with_broker
from tests.builders import HOUR, NINE, HandClock

WORKS = "/v1.0/users/{userId}/user-profile-statuses"
OOF = "/api/v1/domains/{domainID}/users/{userID}/oof"

Scrape = Callable[[], dict[tuple[str, frozenset[tuple[str, str]]], float]]


def samples(client: TestClient) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Return each sample by its name and its labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    families = list(text_string_to_metric_families(answer.text))
    assert len({family.name for family in families}) == len(families)
    assert all(family.documentation for family in families)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def named(name: str, **labels: Any) -> tuple[str, frozenset[tuple[str, str]]]:
    """Return the key of a sample."""
    return name, frozenset((label, str(value)) for label, value in labels.items())


@pytest.fixture
def broker(broker_url: str) -> Broker:
    """Return an empty broker."""
    with Redis.from_url(broker_url) as client:
        client.flushdb()
    return Broker(broker_url)


@pytest.fixture
def watched(app: FastAPI, store: Store, broker_url: str) -> TestClient:
    """Return a client of an API over the same store, with a broker."""
    assert app.state.store is store
    return TestClient(create_app(with_broker(broker_url), store))


def test_requests_are_counted_by_method_route_and_status(works: Works, anonymous: TestClient):
    before = samples(anonymous)
    works.posted()
    works.posted()
    works.post("x")
    works.of("u2@example.com").list()
    anonymous.get(OOF.format(domainID=1, userID=1))
    anonymous.get("/v1.0/somebody@example.com")
    anonymous.request("BREW", "/healthz")
    after = samples(anonymous)

    def more(method: str, route: str, status: int) -> float:
        key = named("presently_requests_total", method=method, route=route, status=status)
        return after[key] - before.get(key, 0)

    assert more("POST", WORKS, 201) == 2
    assert more("POST", WORKS, 400) == 1
    assert more("GET", WORKS, 200) == 1
    assert more("GET", OOF, 401) == 1
    assert more("GET", "(none)", 401) == 1
    assert more("(other)", "/healthz", 405) == 1
    assert not any("@" in value for _, labels in after for _, value in labels)


def test_both_parts_are_up(watched: TestClient, broker: Broker):
    broker.ping()
    figures = samples(watched)
    assert figures[named("presently_up", part="store")] == 1
    assert figures[named("presently_up", part="broker")] == 1


def test_without_the_broker_what_the_store_knows_is_still_told(anonymous: TestClient):
    figures = samples(anonymous)
    assert figures[named("presently_up", part="broker")] == 0
    assert figures[named("presently_up", part="store")] == 1
    assert named("presently_statuses", schedule_type="PRESENT") in figures
    assert not any(name.startswith("presently_lateness") for name, _ in figures)


@pytest.mark.parametrize("junk", ["junk", b"\xff", "nan", "9" * 400])
def test_junk_in_the_broker_hides_no_figure(
    watched: TestClient, broker: Broker, broker_url: str, junk: str | bytes
):
    broker.heartbeats.record("beat")
    with Redis.from_url(broker_url) as redis:
        redis.hset("presently:transitions", mapping={"PROMOTED:0": junk, "PROMOTED:sum": junk, junk: junk})
        redis.set(b"presently:alive:\xff\n", "", ex=60)
    figures = samples(watched)
    assert figures[named("presently_up", part="broker")] == 1
    assert figures[named("presently_transitions_total", kind="PROMOTED")] == 0
    assert named("presently_last_seen_seconds", process="beat") in figures
    assert watched.get("/readyz").json()["beat"] == "ok"


def test_without_the_store_what_the_broker_knows_is_still_told(
    broker_url: str, broker: Broker, tmp_path: Path
):
    broker.heartbeats.record("beat")
    nowhere = Store(f"sqlite:///{tmp_path}/nowhere/presently.sqlite3")
    figures = samples(TestClient(create_app(with_broker(broker_url), nowhere)))
    assert figures[named("presently_up", part="store")] == 0
    assert figures[named("presently_up", part="broker")] == 1
    assert named("presently_last_seen_seconds", process="beat") in figures
    assert not any(name == "presently_statuses" for name, _ in figures)


@pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)
def test_statuses_are_counted_by_their_schedule_type(works: Works, anonymous: TestClient):
    works.posted()
    works.of("u2@example.com").posted()
    works.posted("ABSENCE", startTime=written(NINE + HOUR), endTime=written(NINE + 2 * HOUR))
    figures = samples(anonymous)
    assert figures[named("presently_statuses", schedule_type="PRESENT")] == 2
    assert figures[named("presently_statuses", schedule_type="RESERVED")] == 1


@pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)
def test_the_oldest_overdue_transition_is_told_in_seconds(
    works: Works, anonymous: TestClient, clock: HandClock
):
    def overdue() -> tuple[float, float]:
        figures = samples(anonymous)
        start = figures[named("presently_oldest_overdue_seconds", transition="start")]
        return start, figures[named("presently_oldest_overdue_seconds", transition="end")]

    assert overdue() == (0, 0)
    works.posted(endTime=written(NINE + 2 * HOUR))
    works.posted("ABSENCE", startTime=written(NINE + HOUR), endTime=written(NINE + 3 * HOUR))
    assert overdue() == (0, 0)
    clock.now = NINE + HOUR + timedelta(seconds=90)
    assert overdue() == (90, 0)
    clock.now = NINE + 2 * HOUR + timedelta(milliseconds=500)
    assert overdue() == (3600.5, 0.5)


def test_lateness_is_a_histogram_by_kind(watched: TestClient, broker: Broker):
    lateness = [timedelta(milliseconds=each) for each in (0.5, 1, 3, 3, 240, 59_000, 7_200_000)]
    broker.lateness.count((EventKind.PROMOTED, late) for late in lateness)
    broker.lateness.count([(EventKind.DISABLED, timedelta(milliseconds=2))])
    figures = samples(watched)

    def up_to(bound: float | str, kind: str = "PROMOTED") -> float:
        return figures[named("presently_lateness_seconds_bucket", kind=kind, le=bound)]

    assert [up_to(bound) for bound in (0.001, 0.0025, 0.005, 0.25, 60.0, "+Inf")] == [2, 2, 4, 5, 6, 7]
    rising = [up_to(bound) for bound in (*LATENESS_BOUNDS, "+Inf")]
    assert rising == sorted(rising)
    assert figures[named("presently_lateness_seconds_count", kind="PROMOTED")] == 7
    total = sum(lateness, timedelta()).total_seconds()
    assert figures[named("presently_lateness_seconds_sum", kind="PROMOTED")] == pytest.approx(total)
    assert up_to("+Inf", "DISABLED") == 1
    assert figures[named("presently_transitions_total", kind="PROMOTED")] == 7
    assert figures[named("presently_transitions_total", kind="DISABLED")] == 1


def test_what_never_happened_is_counted_as_none(watched: TestClient, broker: Broker):
    assert broker.lateness.by_kind() == {}
    figures = samples(watched)
    for kind in ("PROMOTED", "DISABLED", "LAPSED"):
        assert figures[named("presently_transitions_total", kind=kind)] == 0
        assert figures[named("presently_lateness_seconds_bucket", kind=kind, le="+Inf")] == 0


def test_how_long_ago_each_process_was_seen_is_told_in_seconds(watched: TestClient, broker: Broker):
    broker.heartbeats.record("beat")
    broker.heartbeats.record("worker:one")
    figures = samples(watched)
    for process in ("beat", "worker:one"):
        assert 0 <= figures[named("presently_last_seen_seconds", process=process)] < 30
