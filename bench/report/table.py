"""The table of a workload's results, each figure compared with Presently's."""

import sys
from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Table

from bench.result import NOTHING, Measured, Result

HEADINGS: Final = (
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
_OURS: Final = "presently"
_WIDE: Final = 160


def show(measured: Measured) -> None:
    """Print the results of a workload."""
    table = Table(HEADINGS[0], title=measured.workload, title_justify="left")
    for heading in HEADINGS[1:-1]:
        table.add_column(heading, justify="right")
    table.add_column(HEADINGS[-1], overflow="fold")
    for row in rows(measured.results):
        table.add_row(*row)
    Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE).print(table)


def rows(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """Return a row for each result of one workload; `×` is the ratio to Presently's figure."""
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
