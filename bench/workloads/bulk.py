"""A change of many people's plans: planned, applied and undone, with single requests and starts meanwhile."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event
from typing import Any, Final

from bench import api, outcome, usage
from bench.entry import Entry
from bench.requests import kinds, wrk
from bench.requests.kinds import Kind
from bench.requests.wrk import Load, Wrk
from bench.result import RequestFigures, Result
from bench.systems import load
from bench.workloads import Run
from bench.workspace import Workspace
from domain.bulk_changes import BulkChange, State
from harness.waiting import wait_until
from services import changes
from services.changes import Booker
from store.store import Store

COUNT: Final = 100_000
SYSTEMS: Final = ("presently",)
ABOUT: Final = (
    "Leaves of ten for each person, sent as one change: planned, applied and undone by the worker, while statuses of "
    "others start ten times a second, and wrk sends 20 GETs, then 20 POSTs a second to an API of two processes. "
    "Seconds are those from the request until the change is in its state."
)

_EACH: Final = 10
_BOOKER: Final = Booker(domain_id=1, client="hr", author="hr")
_AT_ONCE: Final = 1000
_PATIENCE: Final = timedelta(minutes=10)
_PER_SECOND: Final = 20.0
_SECONDS: Final = 4.0  #: of each run of wrk
#: So high that no request is refused.
_NO_LIMIT: Final = 1_000_000_000
#: Starts while the change is at work: one each tenth of a second.
_STARTS: Final = 1200
_APART: Final = timedelta(milliseconds=100)
_PACED: Final = {kind.name: kind for kind in kinds.ALL if kind.is_paced}


def measure(run: Run, workspace: Workspace) -> Result:
    """Measure how long each step takes, and what single requests and starts wait meanwhile."""
    people, program = max(run.workload.count // _EACH, 1), wrk.find()
    system = load(run.system)
    with (
        closing(Store(workspace.database.url, pool_size=2)) as store,
        system.running(workspace) as running,
        api.running(workspace, requests_per_client=_NO_LIMIT) as target,
        ThreadPoolExecutor(1) as aside,
    ):
        started = outcome.started(workspace, running)
        client = Wrk(target, people, program)
        first = workspace.database.now() + timedelta(seconds=1)
        running.fill([Entry(people + 1 + number, first + number * _APART) for number in range(_STARTS)])
        cpu_before = usage.total_cpu_seconds([target.process])
        seconds: dict[str, float] = {}
        loads: dict[str, list[Load]] = {name: [] for name in _PACED}

        def timed(name: str, kind: Kind, step: Callable[[], Any]) -> Any:
            is_done = Event()
            requests = aside.submit(_requests, client, kind, is_done)
            begun_at = time.monotonic()
            result = step()
            seconds[name] = round(time.monotonic() - begun_at, 2)
            is_done.set()
            loads[kind.name] += requests.result()
            return result

        change = timed("receive_s", _PACED["get"], lambda: _received(store, people, first))
        timed("plan_s", _PACED["get"], lambda: _wait(store, change, State.PLANNED))
        timed("apply_s", _PACED["post"], lambda: _wait(store, _applying(store, change), State.APPLIED))
        timed("undo_s", _PACED["post"], lambda: _wait(store, _undoing(store, change), State.UNDONE))
        cpu_s = usage.total_cpu_seconds([target.process]) - cpu_before
        has_ended = outcome.wait(workspace.database, _STARTS, first + _STARTS * _APART, run.patience)
        of_starts = replace(run, workload=replace(run.workload, count=_STARTS))
        result = started.result(of_starts, has_ended=has_ended)
    figures = tuple(_figures(name, some) for name, some in loads.items() if some)
    return result.model_copy(
        update={"further": result.further | seconds | {"api_cpu_s": round(cpu_s, 2)}, "requests": figures}
    )


def _requests(client: Wrk, kind: Kind, is_done: Event) -> list[Load]:
    """Send requests until the step is done."""
    loads: list[Load] = []
    while not is_done.is_set():
        loads.append(client.run(kind, _SECONDS, per_second=_PER_SECOND))
    return loads


def _received(store: Store, people: int, first: datetime) -> BulkChange:
    receiving = changes.receive(store, _BOOKER)
    some: list[changes.Line] = []
    for entry in _entries(people, first):
        some.append(entry)
        if len(some) == _AT_ONCE:
            receiving.add(some)
            some = []
    receiving.add(some)
    return receiving.finish()


def _entries(people: int, first: datetime) -> Iterator[dict[str, Any]]:
    for person_id in range(1, people + 1):
        for number in range(_EACH):
            starts_at = first + timedelta(days=7 + 20 * number + person_id % 7)
            yield {
                "person": f"u{person_id}@bench.example",
                "externalId": f"{person_id}/{number}",
                "startsAt": starts_at.isoformat(timespec="seconds"),
                "endsAt": (starts_at + timedelta(days=3)).isoformat(timespec="seconds"),
            }


def _applying(store: Store, change: BulkChange) -> BulkChange:
    return changes.apply(store, _BOOKER, change.id)


def _undoing(store: Store, change: BulkChange) -> BulkChange:
    return changes.undo(store, _BOOKER, change.id)


def _wait(store: Store, change: BulkChange, state: State) -> None:
    wait_until(lambda: changes.get(store, _BOOKER, change.id).state is state, patience=_PATIENCE)


def _figures(name: str, loads: list[Load]) -> RequestFigures:
    return RequestFigures(
        name=name,
        per_second=round(sum(load.requests for load in loads) / sum(load.seconds for load in loads), 1),
        cpu_ms=0,
        times_unit=0,
        p50_ms=round(max(load.p50_ms for load in loads), 2),
        p99_ms=round(max(load.p99_ms for load in loads), 2),
    )
