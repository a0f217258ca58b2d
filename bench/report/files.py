"""The folder of results: for each workload a JSON file and a plot, replaced by the next run of that workload."""

from pathlib import Path
from typing import Final

from bench.report import plot
from bench.result import Measured
from bench.workloads import parse
from config.settings import ROOT

RESULTS: Final = ROOT / "bench" / "results"


def keep(measured: Measured, folder: Path = RESULTS) -> None:
    """Write the JSON file and the plot of a workload."""
    folder.mkdir(exist_ok=True)
    text = measured.model_dump_json(indent=2, exclude_defaults=True)
    (folder / f"{measured.workload}.json").write_text(f"{text}\n")
    (folder / f"{measured.workload}.svg").write_text(plot.drawn(measured))


def kept(folder: Path = RESULTS) -> list[Measured]:
    """Read all results, sorted by kind and number of entries."""
    found = (Measured.model_validate_json(file.read_text()) for file in folder.glob("*.json"))
    return sorted(found, key=lambda measured: _position(measured.workload))


def _position(name: str) -> tuple[bool, str, int]:
    """Return the sort key of a workload: SQLite last, then by kind, then by number of entries."""
    workload = parse(name)
    return workload.is_on_sqlite, workload.kind, workload.count
