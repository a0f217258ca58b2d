"""`/metrics`: figures for Prometheus, from this process, the store and the broker."""

import asyncio
import os
from collections.abc import Iterable
from functools import partial
from itertools import chain
from typing import Any, Final

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from api.deps import TheBroker, TheStore
from api.probes import TheProbes
from broker.broker import Broker
from broker.lateness import LATENESS_BOUNDS, LatenessHistogram
from domain.events import EventKind
from store.due import Kind
from store.store import Store
from store.writes import require_writes

router = APIRouter(tags=["Operations"])

#: Each is reported from the start: Prometheus does not see the rise of a counter that begins above 0.
_KINDS: Final = (EventKind.PROMOTED, EventKind.DISABLED, EventKind.LAPSED)
_NEVER: Final = LatenessHistogram(buckets=(0,) * (len(LATENESS_BOUNDS) + 1), sum_seconds=0)


class _Metrics(Response):
    media_type = CONTENT_TYPE_LATEST


@router.get("/metrics", response_class=_Metrics, summary="Get the figures for Prometheus")
async def metrics(store: TheStore, broker: TheBroker, probes: TheProbes) -> Response:
    """Return the figures for Prometheus."""
    of_store, of_broker = await asyncio.gather(
        probes.query_store(partial(_store_metrics, store)),
        probes.query_broker(partial(_broker_metrics, broker)),
    )
    return _Metrics(_process_figures() + _shared_figures(store=of_store, broker=of_broker))


def _process_figures() -> bytes:
    """Return the figures of this process, or of all API processes of this machine if they share a folder."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call] # the library's constructor has no types
    return generate_latest(together)


def _shared_figures(**parts: list[Metric] | None) -> bytes:
    """Return the figures of store and broker; a part without figures is `presently_up 0`."""
    up = GaugeMetricFamily(
        "presently_up", "Whether a part can be reached and accepts writes.", labels=["part"]
    )
    for part, figures in parts.items():
        up.add_metric([part], 0 if figures is None else 1)
    registry = CollectorRegistry()
    registry.register(
        _FixedCollector([*chain.from_iterable(figures or [] for figures in parts.values()), up])
    )
    return generate_latest(registry)


class _FixedCollector(Collector):
    """A collector of figures that were collected before."""

    def __init__(self, figures: Iterable[Metric]) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        """Return the figures."""
        return self._figures


def _store_metrics(store: Store) -> list[Metric]:
    statuses = GaugeMetricFamily(
        "presently_statuses",
        "Statuses, by schedule type.",
        labels=["schedule_type"],
    )
    overdue = GaugeMetricFamily(
        "presently_oldest_overdue_seconds",
        "How long the oldest due transition waits.",
        labels=["transition"],
    )
    with store.reading() as transaction:
        require_writes(transaction.connection)
        now = transaction.now()
        for schedule_type, count in transaction.statuses.counts().items():
            statuses.add_metric([schedule_type], count)
        for kind in Kind:
            due = transaction.due.next(kind)
            late = max((now - due).total_seconds(), 0) if due else 0
            overdue.add_metric([kind.value], late)
    return [statuses, overdue]


def _broker_metrics(broker: Broker) -> list[Metric]:
    age = GaugeMetricFamily(
        "presently_last_seen_seconds",
        "How long ago a process was last seen alive.",
        labels=["process"],
    )
    broker.require_writes()
    for name, seen in broker.heartbeats.ages().items():
        age.add_metric([name], seen.total_seconds())
    transitions = CounterMetricFamily(
        "presently_transitions", "Transitions carried out, by kind.", labels=["kind"]
    )
    lateness = HistogramMetricFamily(
        "presently_lateness_seconds",
        "How late transitions were committed, by kind.",
        labels=["kind"],
    )
    histograms = broker.lateness.by_kind()
    for kind in _KINDS:
        counted = histograms.get(kind, _NEVER)
        transitions.add_metric([kind], sum(counted.buckets))
        lateness.add_metric([kind], _buckets(counted), counted.sum_seconds)
    return [age, transitions, lateness]


def _buckets(counted: LatenessHistogram) -> list[Any]:
    """Return cumulative buckets, as Prometheus expects them: each counts everything up to its bound."""
    bounds = [*(str(bound) for bound in LATENESS_BOUNDS), "+Inf"]
    return [(bound, sum(counted.buckets[: index + 1])) for index, bound in enumerate(bounds)]
