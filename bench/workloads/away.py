"""Who is away: a domain's people asked for at once, and the same request when nothing has changed."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from http.client import HTTPConnection
from statistics import median
from typing import Final

from bench import api, leaves, usage
from bench.api import Api
from bench.requests import kinds, wrk
from bench.requests.kinds import Kind
from bench.requests.wrk import Load, Wrk
from bench.result import NOTHING, RequestFigures, Result
from bench.workloads import Run
from bench.workspace import Workspace
from domain.plans import Limits
from services import change_progress, change_receiving, changes
from services.changes import Booker
from store.store import Store

COUNT: Final = 10_000
SYSTEMS: Final = ("presently",)
ABOUT: Final = (
    "`GET /presently/v1/people?away=` for a domain whose people have six leaves each in a year: who is away now, who "
    "on a day in half a year, and a page of a thousand of those who are away in that week. wrk sends one request after "
    "another to an API of two processes; `unchanged` has the ETag of the last answer and gets 304. API CPU is the "
    "processor time of the API's processes for one request; `× 401` is its ratio to the response to a request "
    "without a token. Each figure is the median of three rounds."
)

_EACH: Final = 6
_ROUNDS: Final = 3
_SECONDS: Final = 5.0  #: of each run of wrk
_WARM_UP: Final = 1.0
_AT_ONCE: Final = 1000
#: So high that no request is refused.
_NO_LIMIT: Final = 1_000_000_000
#: The leaves began so long ago, so that some last.
_EARLIER: Final = timedelta(days=30)
_DAY: Final = timedelta(days=1)
_HALF_A_YEAR: Final = timedelta(days=182)
_BOOKER: Final = Booker(domain_id=1, client="hr", author="hr")


def measure(run: Run, workspace: Workspace, *, rounds: int = _ROUNDS, seconds: float = _SECONDS) -> Result:
    """Measure each question in turn, in rounds, so that other load on the machine affects all of them."""
    people, program = run.workload.count, wrk.find()
    _book(workspace, people)
    workspace.database.settle()
    with api.running(workspace, requests_per_client=_NO_LIMIT) as target:
        client = Wrk(target, people, program)
        asked = (
            kinds.UNIT,
            *(kind for question in _questions(workspace) for kind in _both(target, question)),
        )
        for kind in asked:
            client.run(kind, _WARM_UP, connections=1)
        cpu_before, database_before = _cpu(target), workspace.database.cpu_seconds()
        sampled = [{kind: _sample(client, kind, seconds) for kind in asked} for _ in range(rounds)]
        cpu_s = _cpu(target) - cpu_before
        database_cpu_s = workspace.database.cpu_seconds() - database_before
        rss_mb = usage.total_rss_mb([target.process])
    loads = [each.load for samples in sampled for each in samples.values()]
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
        requests=tuple(
            _figures(kind, [each[kind] for each in sampled], [each[kinds.UNIT] for each in sampled])
            for kind in asked
        ),
    )


def _book(workspace: Workspace, people: int) -> None:
    """Book a year of leaves for everybody, as a change does."""
    today = workspace.database.now().date()
    lines = [
        line
        for line in leaves.entries(people, _EACH, today - _EARLIER)
        if line["to"] > (today + _DAY).isoformat()
    ]
    with closing(Store(workspace.database.url, pool_size=1, by_index=True)) as store:
        receiving = change_receiving.receive(store, _BOOKER)
        for first in range(0, len(lines), _AT_ONCE):
            receiving.add(lines[first : first + _AT_ONCE])
        change = receiving.finish()
        change_progress.carry_on(store, change.id, limits=Limits())
        changes.apply(store, _BOOKER, change.id)
        change_progress.carry_on(store, change.id, limits=Limits())


def _questions(workspace: Workspace) -> list[Kind]:
    day = workspace.database.now().date() + _HALF_A_YEAR
    spans = {"now": "now", "day": f"{day}", "week": f"{day}/{day + 6 * _DAY}"}
    path = "/presently/v1/people?limit=1000&away="
    return [Kind(f"away {name}", HTTPStatus.OK, path=path + span) for name, span in spans.items()]


def _both(target: Api, question: Kind) -> tuple[Kind, Kind]:
    """Return the question, and the same with the ETag of its answer."""
    with closing(HTTPConnection(target.address)) as connection:
        connection.request("GET", question.path, headers=question.headers(target))
        etag = connection.getresponse().headers["ETag"]
    return question, replace(
        question, name=f"{question.name}, unchanged", status=HTTPStatus.NOT_MODIFIED, known=etag
    )


@dataclass(frozen=True)
class _Sample:
    """One run of wrk, and the processor time that the API used for each of its requests."""

    load: Load
    cpu_ms: float


def _sample(client: Wrk, kind: Kind, seconds: float) -> _Sample:
    cpu_before = _cpu(client.api)
    load = client.run(kind, seconds, connections=1)
    return _Sample(load, (_cpu(client.api) - cpu_before) * 1000 / load.requests)


def _cpu(target: Api) -> float:
    return usage.total_cpu_seconds([target.process])


def _figures(kind: Kind, samples: Sequence[_Sample], units: Sequence[_Sample]) -> RequestFigures:
    return RequestFigures(
        name=kind.name,
        per_second=round(median(each.load.per_second for each in samples), 1),
        cpu_ms=round(median(each.cpu_ms for each in samples), 3),
        times_unit=round(median(a.cpu_ms / b.cpu_ms for a, b in zip(samples, units, strict=True)), 2),
        p50_ms=round(median(each.load.p50_ms for each in samples), 2),
        p99_ms=round(median(each.load.p99_ms for each in samples), 2),
    )
