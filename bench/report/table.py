"""The table of a workload's results, each figure compared with Presently's."""

import sys
from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Table

from bench.result import NOTHING, Measured, Result

_HEADINGS: Final = (
    "",
    "p50 ms",
    "p99 ms",
    "last ms",
    "p50 ×",
    "last ×",
    "CPU s",
    "database CPU s",
    "MB",
    "remarks",
)
_REQUEST_HEADINGS: Final = (
    "",
    "a second",
    "API CPU ms",
    "× 401",
    "p50 ms",
    "p99 ms",
    "half load a second",
    "p99 ms at half load",
    "× pgbench",
    "remarks",
)
_OURS: Final = "presently"
_WIDE: Final = 160


def show(measured: Measured) -> None:
    """Print the results of a workload."""
    first, *others, last = headings(measured.results)
    table = Table(first, title=measured.workload, title_justify="left")
    for heading in others:
        table.add_column(heading, justify="right")
    table.add_column(last, overflow="fold")
    for row in rows(measured.results):
        table.add_row(*row)
    Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE).print(table)


def headings(results: Sequence[Result]) -> tuple[str, ...]:
    """Return the headings of `rows`."""
    return _REQUEST_HEADINGS if _are_of_requests(results) else _HEADINGS


def rows(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """Return the rows of one workload: one for each kind of request, or one for each system."""
    return _rows_of_requests(results) if _are_of_requests(results) else _rows_of_systems(results)


def _are_of_requests(results: Sequence[Result]) -> bool:
    return any(result.requests for result in results)


def _rows_of_requests(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """Return a row for each kind of request; the remarks of the whole run are in the first."""
    return [
        (
            each.name,
            f"{each.per_second:,.0f}",
            "–" if each.cpu_ms is None else f"{each.cpu_ms:.2f}",
            "–" if each.times_unit is None else f"{each.times_unit:.1f}",
            _milliseconds(each.p50_ms),
            _milliseconds(each.p99_ms),
            "–" if each.half_load_per_second is None else f"{each.half_load_per_second:,.0f}",
            _milliseconds(each.half_load_p99_ms),
            "–" if each.times_pgbench is None else f"{each.times_pgbench:.3f}",
            _remarks(result) if position == 0 else "",
        )
        for result in results
        for position, each in enumerate(result.requests)
    ]


def _rows_of_systems(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """Return a row for each system; `×` is the ratio to Presently's figure."""
    ours = next((result.lateness_ms for result in results if result.system == _OURS), NOTHING)
    return [
        (
            result.system.replace("_", "-"),
            _milliseconds(result.lateness_ms.p50),
            _milliseconds(result.lateness_ms.p99),
            _milliseconds(result.lateness_ms.max),
            _ratio(result.lateness_ms.p50, ours.p50),
            _ratio(result.lateness_ms.max, ours.max),
            f"{result.cpu_s:.2f}",
            f"{result.database_cpu_s:.2f}",
            f"{result.rss_mb:.0f}",
            _remarks(result),
        )
        for result in results
    ]


def _remarks(result: Result) -> str:
    """Return the figures and notes that have no column of their own."""
    counts = {"lost": result.lost, "doubled": result.doubled, "not finished": result.unfinished}
    said = [f"{count:,} {what}" for what, count in counts.items() if count]
    said += [f"{name.replace('_', ' ')} {figure:,g}" for name, figure in result.further.items()]
    return " ".join([", ".join(said), result.note or ""]).strip()


def _milliseconds(figure: float | None) -> str:
    if figure is None:
        return "–"
    return f"{figure:,.2f}" if figure < 100 else f"{figure:,.0f}"  # noqa: PLR2004 (more digits say nothing)


def _ratio(figure: float | None, ours: float | None) -> str:
    return f"{figure / ours:,.1f}" if figure is not None and ours else "–"
