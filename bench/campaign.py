"""One run of the benchmark: for each workload, all systems in turn, several rounds."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from math import inf
from typing import Final

from rich.console import Console

from bench import postgresql, sqlite, workspace
from bench.conditions import conditions_of
from bench.effect import BROKER, DATABASE
from bench.result import Measured, Result, not_measured
from bench.workloads import Run, Workload
from bench.workspace import Workspace
from harness import broker
from harness.processes import DidNotStart

#: A measurement that takes longer than this is not repeated.
_LONG: Final = 60.0  # seconds

_console: Final = Console(stderr=True, highlight=False, soft_wrap=True)


def run(
    systems: Sequence[str], workloads: Sequence[Workload], *, rounds: int, patience: float
) -> Iterator[Measured]:
    """Measure the systems, and yield the results of one workload at a time."""
    so_far: list[Result] = []
    with ExitStack() as ends:
        _console.print("Starting the servers to measure on …")
        broker_url = ends.enter_context(broker.running())
        server = ends.enter_context(postgresql.running())
        file = ends.enter_context(sqlite.running())
        # The peers' modules read these variables when they are imported.
        os.environ[DATABASE], os.environ[BROKER] = server.url, broker_url
        for workload in workloads:
            conditions = conditions_of(systems, server, broker_url)
            where = ends.enter_context(workspace.at(file if workload.is_on_sqlite else server, broker_url))
            runs = [Run(system, workload, patience) for system in systems if workload.takes(system)]
            hopeless = [each for each in runs if _is_hopeless(each, so_far)]
            results = _take_turns([each for each in runs if each not in hopeless], where, rounds)
            results += [_not_measured(each, "Not tried: a smaller one did not finish.") for each in hopeless]
            so_far += results
            yield Measured(workload=workload.name, conditions=conditions, results=tuple(results))


def _is_hopeless(run: Run, before: Sequence[Result]) -> bool:
    """Return whether the system failed to finish a smaller workload of the same kind."""
    return any(
        result.unfinished and result.system == run.system and result.kind == run.workload.kind
        for result in before
    )


def _take_turns(runs: Sequence[Run], where: Workspace, rounds: int) -> list[Result]:
    """Measure the systems in rounds, and return the median result of each.

    The systems take turns, so that other load on the machine affects all of them.
    """
    results: dict[Run, list[Result]] = {run: [] for run in runs}
    for number in range(1, rounds + 1):
        for run, so_far in results.items():
            if not so_far or so_far[-1].took_s < _LONG:
                with _console.status(f"{run.workload.name}: {run.system}, round {number} of {rounds} …"):
                    so_far.append(_measured(run, where))
    return [_middle(each) for each in results.values()]


def _measured(run: Run, where: Workspace) -> Result:
    began_at = time.monotonic()
    where.renew(run.workload.count)
    try:
        result = run.workload.module.measure(run, where)
    except (DidNotStart, TimeoutError) as failure:
        result = _not_measured(run, str(failure))
    took = round(time.monotonic() - began_at, 1)
    _console.print(f"{run.workload.name:<20} {run.system:<20} {result.in_words()}  [dim]({took:g} s)[/]")
    return result.model_copy(update={"took_s": took})


def _middle(results: Sequence[Result]) -> Result:
    ranked = sorted(
        results, key=lambda result: inf if result.lateness_ms.max is None else result.lateness_ms.max
    )
    middle = ranked[(len(ranked) - 1) // 2]
    return middle.model_copy(update={"each_max_ms": tuple(result.lateness_ms.max for result in results)})


def _not_measured(run: Run, note: str) -> Result:
    return not_measured(run.system, run.workload.name, run.workload.count, note)
