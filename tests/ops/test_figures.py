"""Alarms and dashboard query metrics and labels that `/metrics` has."""

import re
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis

from api.app import create_app
from broker.broker import Broker
from store.store import Store
from tests.api.clients import TestClient
from tests.api.deployment import with_broker
from tests.ops.figures import expressions, labels, names

Exported = dict[str, set[str]]

#: Prometheus adds it to all series that it scrapes.
OF_PROMETHEUS = {"instance"}


@pytest.fixture
def exported(sqlite_url: str, broker_url: str) -> Iterator[Exported]:
    """Yield the labels of each metric of a deployment in which something has happened."""
    with Redis.from_url(broker_url) as broker:
        broker.flushdb()
    for name in ("beat", "worker:celery@one"):
        Broker(broker_url).heartbeats.record(name)
    store = Store(sqlite_url)
    client = TestClient(create_app(with_broker(broker_url), store))
    client.get("/healthz")
    families = text_string_to_metric_families(client.get("/metrics").text)
    yield {sample.name: set(sample.labels) for family in families for sample in family.samples}
    store.close()


def test_every_figure_that_is_asked_for_is_given(exported: Exported):
    asked = set().union(*map(names, expressions()))
    assert "presently_lateness_seconds_bucket" in asked
    assert asked <= exported.keys()


def test_every_label_that_is_asked_for_is_given(exported: Exported):
    asked = set().union(*map(labels, expressions()))
    assert ("presently_up", "part") in asked
    assert [(name, label) for name, label in asked if label not in exported[name]] == []


def test_every_label_that_is_grouped_by_is_given(exported: Exported):
    for expression in expressions():
        given = set().union(OF_PROMETHEUS, *(exported[name] for name in names(expression)))
        grouped = re.findall(r"\b(?:by|on) \(([^)]*)\)", expression)
        assert {label.strip() for labels in grouped for label in labels.split(",") if label.strip()} <= given
