"""The results: one value for each system and workload, as stored in JSON."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from math import ceil
from typing import Final

from pydantic import BaseModel, ConfigDict, TypeAdapter

_FROZEN: Final = ConfigDict(frozen=True, extra="forbid")


class Lateness(BaseModel):
    """The lateness in milliseconds; `None` where the entry of that rank did not come within the run's patience."""

    model_config = _FROZEN

    p50: float | None
    p99: float | None
    max: float | None


class RequestFigures(BaseModel):
    """One kind of request to the API."""

    model_config = _FROZEN

    name: str
    per_second: float
    #: Processor time of the API for one request, where it did nothing else.
    cpu_ms: float | None = None
    #: The ratio of `cpu_ms` to that of a response 401.
    times_unit: float | None = None
    p50_ms: float
    p99_ms: float
    #: At half of `per_second`: how many were really sent, and their latency.
    half_load_per_second: float | None = None
    half_load_p99_ms: float | None = None
    #: The ratio of `per_second` to the rate of pgbench.
    times_pgbench: float | None = None

    def in_words(self) -> str:
        """Return the figures as text."""
        if self.cpu_ms is None or self.times_unit is None:
            return f"{self.name} p50 {self.p50_ms:g} ms, p99 {self.p99_ms:g} ms"
        return f"{self.name} {self.per_second:g}/s, {self.cpu_ms:g} ms, {self.times_unit:g} ×"


class Result(BaseModel):
    """One system under one workload."""

    model_config = _FROZEN

    system: str
    workload: str
    n: int
    lateness_ms: Lateness
    #: Processor seconds of the system's own processes, since its first entry was written.
    cpu_s: float
    #: Processor seconds of PostgreSQL in the same time.
    database_cpu_s: float
    #: Memory of the system's own processes at the end.
    rss_mb: float
    lost: int
    doubled: int
    #: The number of missing entries when patience ended while others were still coming.
    unfinished: int = 0
    #: The lateness of the last entry in each round; this result is that of the median round.
    each_max_ms: tuple[float | None, ...] = ()
    #: How long the run took, starting and filling included.
    took_s: float = 0.0
    #: Further figures of the workload, by their names.
    further: dict[str, float] = {}
    #: The figures of each kind of request, under a workload of requests.
    requests: tuple[RequestFigures, ...] = ()
    #: A remark on the figures, in a sentence.
    note: str | None = None

    @property
    def kind(self) -> str:
        """Return the kind of the workload."""
        return self.workload.split("-")[0]

    def in_words(self) -> str:
        """Return the result as one line of text."""
        late = self.lateness_ms
        figures = (
            "; ".join(each.in_words() for each in self.requests)
            or f"p50 {late.p50} ms, p99 {late.p99} ms, last {late.max} ms"
        )
        missing = f"; {self.lost} lost, {self.doubled} doubled, {self.unfinished} unfinished"
        further = "".join(f"; {name} {figure:g}" for name, figure in self.further.items())
        return f"{figures}{missing}{further}. {self.note or ''}"


class Conditions(BaseModel):
    """The conditions of a measurement."""

    model_config = _FROZEN

    measured_at: datetime
    processors: int
    processor: str
    #: The load average over the minute before: other processes compete for the processors.
    load_average: float
    python: str
    postgresql: str
    broker: str
    #: How each system was set up, with the versions that matter.
    systems: dict[str, str]


class Measured(BaseModel):
    """One workload, and the result of each system."""

    model_config = _FROZEN

    workload: str
    conditions: Conditions
    results: tuple[Result, ...]


NOTHING: Final = Lateness(p50=None, p99=None, max=None)


def lateness(late_ms: Sequence[float], *, missing: int = 0) -> Lateness:
    """Compute the figures of these entries and of so many `missing` ones, which rank last."""
    ranked = sorted(late_ms)
    count = len(ranked) + missing

    def at(share: float) -> float | None:
        rank = ceil(share * count) - 1
        return round(ranked[rank], 3) if 0 <= rank < len(ranked) else None

    return Lateness(p50=at(0.5), p99=at(0.99), max=at(1))


def not_measured(system: str, workload: str, count: int, note: str) -> Result:
    """Return a result without figures; `note` is the reason."""
    return Result(
        system=system,
        workload=workload,
        n=count,
        lateness_ms=NOTHING,
        cpu_s=0,
        database_cpu_s=0,
        rss_mb=0,
        lost=0,
        doubled=0,
        unfinished=count,
        note=note,
    )


def as_json(results: Iterable[Result]) -> str:
    """Return the results as a JSON list; fields with their default value are left out."""
    return _RESULTS.dump_json(list(results), indent=2, exclude_defaults=True).decode() + "\n"


_RESULTS: Final = TypeAdapter(list[Result])
