"""A change of many people's plans: planned, applied and undone, with single requests and starts meanwhile."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Event
from typing import Final

from bench import api, leaves, outcome, usage
from bench.api import Api
from bench.entry import Entry
from bench.requests import kinds, wrk
from bench.requests.kinds import Kind
from bench.requests.wrk import Load, Wrk
from bench.result import RequestFigures, Result
from bench.systems import load
from bench.workloads import Run
from bench.workspace import Workspace
from harness.waiting import wait_until

COUNT: Final = 100_000
SYSTEMS: Final = ("presently",)
ABOUT: Final = (
    "A year of leaves, ten of each person, posted to `/presently/v1/changes` as one change: planned, applied and "
    "undone by the worker, while statuses of others start ten times a second, and wrk sends 50 GETs or POSTs a second "
    "to the API of two processes. Seconds are those from the request until the change is in that state, the upload "
    "included. The latency of requests is that of the worst run of four seconds, so p99 is nearly its slowest request."
)

_EACH: Final = 10
_PATIENCE: Final = timedelta(minutes=10)
_LOOK_EVERY: Final = timedelta(milliseconds=200)
_PER_SECOND: Final = 50.0
_SECONDS: Final = 4.0  #: of each run of wrk
#: So high that no request is refused.
_NO_LIMIT: Final = 1_000_000_000
#: Starts while the change is at work, at most: one each tenth of a second.
_STARTS: Final = 1200
_APART: Final = timedelta(milliseconds=100)
#: No leave starts during the run.
_AHEAD: Final = timedelta(days=7)
_GET, _POST = (next(kind for kind in kinds.ALL if kind.name == name) for name in ("get", "post"))


def measure(run: Run, workspace: Workspace) -> Result:
    """Measure how long each step takes, and what single requests and starts wait meanwhile."""
    people, program = max(run.workload.count // _EACH, 1), wrk.find()
    starts = min(_STARTS, run.workload.count - people)
    system = load(run.system)
    with (
        system.running(workspace) as running,
        api.running(workspace, requests_per_client=_NO_LIMIT) as target,
    ):
        started = outcome.started(workspace, running)
        first = workspace.database.now() + timedelta(seconds=1)
        running.fill([Entry(people + 1 + number, first + number * _APART) for number in range(starts)])
        cpu_before = usage.total_cpu_seconds([target.process])
        steps = _Steps(target, Wrk(target, people, program))
        lines = leaves.entries(people, _EACH, (first + _AHEAD).date())
        steps.take("planned", _GET, lambda: leaves.send(target, leaves.CHANGES, lines)["id"])
        steps.take("applied", _POST, lambda: leaves.send(target, f"{steps.path}:apply")["id"])
        steps.take("undone", _POST, lambda: leaves.send(target, f"{steps.path}:undo")["id"])
        cpu_s = usage.total_cpu_seconds([target.process]) - cpu_before
        has_ended = outcome.wait(workspace.database, starts, first + starts * _APART, run.patience)
        result = started.result(
            replace(run, workload=replace(run.workload, count=starts)), has_ended=has_ended
        )
    late = result.lateness_ms
    of_starts = {"starts_p50_ms": late.p50, "starts_p99_ms": late.p99, "starts_last_ms": late.max}
    told = {name: figure for name, figure in of_starts.items() if figure is not None}
    worker = {"worker_cpu_s": result.cpu_s, "database_cpu_s": result.database_cpu_s}
    further = steps.seconds | told | worker | {"api_cpu_s": round(cpu_s, 2)}
    lost = result.lost + steps.failed
    return result.model_copy(
        update={"n": run.workload.count, "further": further, "lost": lost, "requests": tuple(steps.requests)}
    )


@dataclass
class _Steps:
    """What is done with a change, step by step, and what wrk measured meanwhile."""

    api: Api
    client: Wrk
    change_id: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    requests: list[RequestFigures] = field(default_factory=list)
    failed: int = 0

    @property
    def path(self) -> str:
        """Return the path of the change."""
        return f"{leaves.CHANGES}/{self.change_id}"

    def take(self, state: str, kind: Kind, begin: Callable[[], str]) -> None:
        """Begin a step, and wait for the state that it ends in, with requests of this kind meanwhile."""
        is_done = Event()
        with ThreadPoolExecutor(1) as aside:
            requests = aside.submit(self._requests, kind, is_done)
            begun_at = time.monotonic()
            try:
                self.change_id = begin()
                wait_until(
                    lambda: leaves.state(self.api, self.change_id) == state,
                    patience=_PATIENCE,
                    every=_LOOK_EVERY,
                )
            finally:
                is_done.set()
            self.seconds[f"{state}_s"] = round(time.monotonic() - begun_at, 2)
            loads = requests.result()
        self.requests.append(_figures(f"{kind.name} until {state}", loads))
        self.failed += sum(load.failed for load in loads)

    def _requests(self, kind: Kind, is_done: Event) -> list[Load]:
        """Send requests until the step is done."""
        loads = [self.client.run(kind, _SECONDS, per_second=_PER_SECOND)]
        while not is_done.is_set():
            loads.append(self.client.run(kind, _SECONDS, per_second=_PER_SECOND))
        return loads


def _figures(name: str, loads: list[Load]) -> RequestFigures:
    return RequestFigures(
        name=name,
        per_second=round(sum(load.requests for load in loads) / sum(load.seconds for load in loads), 1),
        p50_ms=round(max(load.p50_ms for load in loads), 2),
        p99_ms=round(max(load.p99_ms for load in loads), 2),
    )
