"""What was measured: a value for each system and workload, which is what the JSON holds."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from math import ceil
from typing import Final

from pydantic import BaseModel, ConfigDict, TypeAdapter

_FROZEN: Final = ConfigDict(frozen=True, extra="forbid")


class Lateness(BaseModel):
    """How late, in milliseconds; nothing where it lies among those that did not come within the run's patience."""

    model_config = _FROZEN

    p50: float | None
    p99: float | None
    max: float | None


class Result(BaseModel):
    """One system under one workload."""

    model_config = _FROZEN

    system: str
    workload: str
    n: int
    lateness_ms: Lateness
    #: Processor seconds of the system's own processes, from when the first entry was given to it.
    cpu_s: float
    #: Processor seconds of PostgreSQL in the same time.
    database_cpu_s: float
    #: Memory of the system's own processes at the end.
    rss_mb: float
    lost: int
    doubled: int
    #: How many were still to come when patience was over, while others still came.
    unfinished: int = 0
    #: The lateness of the last one in each of the rounds, of which this result is the middle one.
    each_max_ms: tuple[float | None, ...] = ()
    #: How long the run took, with starting and filling.
    took_s: float = 0.0
    #: Further figures of the workload, by their names.
    further: dict[str, float] = {}
    #: What must be known beside the figures, in a sentence.
    note: str | None = None

    @property
    def kind(self) -> str:
        """Return the kind of the workload."""
        return self.workload.split("-")[0]

    def in_words(self) -> str:
        """Return the result in a line."""
        late = self.lateness_ms
        figures = f"p50 {late.p50} ms, p99 {late.p99} ms, last {late.max} ms"
        missing = f"; {self.lost} lost, {self.doubled} doubled, {self.unfinished} unfinished"
        further = "".join(f"; {name} {figure:g}" for name, figure in self.further.items())
        return f"{figures}{missing}{further}. {self.note or ''}"


class Conditions(BaseModel):
    """Under which it was measured."""

    model_config = _FROZEN

    measured_at: datetime
    processors: int
    processor: str
    #: How many processes wanted a processor, on average over the minute before: other work takes its share.
    load_average: float
    python: str
    postgresql: str
    broker: str
    #: How each system was set up, with the versions that matter.
    systems: dict[str, str]


class Measured(BaseModel):
    """One workload, and what each system made of it."""

    model_config = _FROZEN

    workload: str
    conditions: Conditions
    results: tuple[Result, ...]


NOTHING: Final = Lateness(p50=None, p99=None, max=None)


def lateness(late_ms: Sequence[float], *, missing: int = 0) -> Lateness:
    """Return the figures of these and of so many more that never came."""
    ranked = sorted(late_ms)
    count = len(ranked) + missing

    def at(share: float) -> float | None:
        rank = ceil(share * count) - 1
        return round(ranked[rank], 3) if 0 <= rank < len(ranked) else None

    return Lateness(p50=at(0.5), p99=at(0.99), max=at(1))


def not_measured(system: str, workload: str, count: int, note: str) -> Result:
    """Return a result without figures, and why."""
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
    """Return the results as a JSON list; figures that a workload has no use for are left out."""
    return _RESULTS.dump_json(list(results), indent=2, exclude_defaults=True).decode() + "\n"


_RESULTS: Final = TypeAdapter(list[Result])
