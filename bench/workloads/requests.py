"""Requests of several kinds to the API: what each costs, and how long it takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Final

from bench import api, usage
from bench.entry import Entry
from bench.posting import before
from bench.requests import kinds, wrk
from bench.requests.kinds import Kind
from bench.requests.wrk import Load, Wrk
from bench.result import NOTHING, RequestFigures, Result
from bench.workloads import Run
from bench.workspace import Workspace

COUNT: Final = 2000
SYSTEMS: Final = ("presently",)
ABOUT: Final = (
    "Requests to an API of two processes, for 2,000 people who have a reserved status each. wrk sends them from eight "
    "connections, as many as it can. API CPU is the processor time of the API's processes for one request; `× 401` is "
    "its ratio to the response to a request without a token, measured in the same round. Each figure is the median of "
    "three rounds. At half load, wrk sends half as many from 32 connections, by a timetable that does not wait for "
    "slow responses. `× pgbench` is the rate of POST compared with pgbench, which runs the statements that a booking "
    "took on 2026-11-21 (`bench/posting/before.sql`), prepared, from eight connections. The rate limit is so high "
    "that no request is refused."
)

_ROUNDS: Final = 3
_SECONDS: Final = 5.0  #: of each run of wrk
_WARM_UP: Final = 1.0
#: So high that no request is refused.
_NO_LIMIT: Final = 1_000_000_000
#: No status starts during the run.
_FAR_AHEAD: Final = timedelta(days=365)


@dataclass(frozen=True)
class _Sample:
    """One run of wrk, and the processor time that the API used for each of its requests."""

    load: Load
    cpu_ms: float


#: The samples of one round.
_Round = Mapping[Kind, _Sample]


def measure(run: Run, workspace: Workspace, *, rounds: int = _ROUNDS, seconds: float = _SECONDS) -> Result:
    """Measure each kind of request in turn, in rounds, so that other load on the machine affects all of them."""
    people, program = run.workload.count, wrk.find()
    workspace.database.write(_reserved(workspace, people))
    with api.running(workspace, requests_per_client=_NO_LIMIT) as target:
        client = Wrk(target, people, program)
        for kind in kinds.ALL:
            client.run(kind, _WARM_UP)
        workspace.database.settle()
        cpu_before, database_before = (
            usage.total_cpu_seconds([target.process]),
            workspace.database.cpu_seconds(),
        )
        sampled = [_round(client, seconds) for _ in range(rounds)]
        half = {
            kind: [client.run(kind, seconds, per_second=_rate(kind, sampled) / 2) for _ in range(rounds)]
            for kind in kinds.ALL
            if kind.is_paced
        }
        cpu_s = usage.total_cpu_seconds([target.process]) - cpu_before
        database_cpu_s = workspace.database.cpu_seconds() - database_before
        rss_mb = usage.total_rss_mb([target.process])
    floor = (
        None
        if run.workload.is_on_sqlite
        else before.per_second(workspace.database.url, workspace.folder, rounds)
    )
    loads = [
        *(each.load for samples in sampled for each in samples.values()),
        *(load for paced in half.values() for load in paced),
    ]
    return Result(
        system=run.system,
        workload=run.workload.name,
        n=sum(load.requests for load in loads),
        lateness_ms=NOTHING,
        cpu_s=round(cpu_s, 2),
        database_cpu_s=round(database_cpu_s, 2),
        rss_mb=round(rss_mb, 1),
        lost=sum(load.failed for load in loads),
        doubled=0,
        requests=tuple(_figures(kind, sampled, half.get(kind, ()), floor) for kind in kinds.ALL),
    )


def _reserved(workspace: Workspace, people: int) -> list[Entry]:
    starts_at = workspace.database.now().replace(microsecond=0) + _FAR_AHEAD
    return [Entry(person_id, starts_at) for person_id in range(1, people + 1)]


def _round(client: Wrk, seconds: float) -> _Round:
    return {kind: _sample(client, kind, seconds) for kind in kinds.ALL}


def _sample(client: Wrk, kind: Kind, seconds: float) -> _Sample:
    cpu_before = usage.total_cpu_seconds([client.api.process])
    load = client.run(kind, seconds)
    cpu_seconds = usage.total_cpu_seconds([client.api.process]) - cpu_before
    return _Sample(load, cpu_seconds * 1000 / load.requests)


def _rate(kind: Kind, sampled: Sequence[_Round]) -> float:
    return median(samples[kind].load.per_second for samples in sampled)


def _figures(
    kind: Kind, sampled: Sequence[_Round], half: Sequence[Load], floor: float | None
) -> RequestFigures:
    samples = [each[kind] for each in sampled]
    ratios = [each[kind].cpu_ms / each[kinds.UNIT].cpu_ms for each in sampled]
    rate = _rate(kind, sampled)
    return RequestFigures(
        name=kind.name,
        per_second=round(rate, 1),
        cpu_ms=round(median(each.cpu_ms for each in samples), 3),
        times_unit=round(median(ratios), 2),
        p50_ms=round(median(each.load.p50_ms for each in samples), 2),
        p99_ms=round(median(each.load.p99_ms for each in samples), 2),
        half_load_per_second=round(median(load.per_second for load in half), 1) if half else None,
        half_load_p99_ms=round(median(load.p99_ms for load in half), 2) if half else None,
        times_pgbench=round(rate / floor, 3) if floor and kind == kinds.POST else None,
    )
