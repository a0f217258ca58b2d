"""Writes docs/performance.md from the folder of results."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.report import files, plot, table
from bench.result import Conditions, Measured
from bench.systems import NAMES
from bench.workloads import parse
from config.settings import ROOT

PAGE: Final = ROOT / "docs" / "performance.md"

_HEAD: Final = """\
# Performance

The lateness of Presently and of the alternatives that a Python team would consider, measured on one machine.
`./presently bench` wrote this page. Run it to measure your own machine; it uses temporary servers:

```sh
./presently bench --systems presently,floor --workloads storm-1000 --json results.json
```

Without options it measures every system under every workload, which takes some hours, and rewrites `bench/results/` and
this page. With `--json` it writes only that file.

## How to read it

- **Lateness** is the time when the database committed a transition, minus the time when it was due. PostgreSQL records
  the time of each commit (`track_commit_timestamp`), so no system reports its own lateness.
- **Every system does the same work**: it changes the row of a status from RESERVED to PRESENT, and writes Presently's
  event in the same transaction. The peers do that with one statement, on a connection that stays open.
- `last` is the lateness of the last entry; `×` is the ratio to Presently's figure. CPU is the processor time of the
  system's own processes, MB their memory at the end (shared pages count for each process). PostgreSQL and the broker
  are not included.
- The systems take turns, up to three runs each, and the median run is shown. A run of more than a minute is not
  repeated. Entries that were not done two minutes after the last was due count as not finished.
- A system that is missing in a table was not run under that workload: with the larger ones, the peers need minutes to
  hours.
- All other settings of PostgreSQL are the defaults, and it flushes to disk. The broker is the one of `./presently run`.

"""


def write(folder: Path = files.RESULTS, page: Path = PAGE) -> None:
    """Write the page from the results in `folder`."""
    measured = files.kept(folder)
    page.write_text(_HEAD + "\n".join(map(_section, measured)) + "\n" + _systems(measured))


def _section(measured: Measured) -> str:
    name = measured.workload
    headings = table.headings(measured.results)
    rows = "\n".join(f"| {' | '.join(row)} |" for row in table.rows(measured.results))
    return f"""\
## {name}

{parse(name).module.ABOUT}

| {" | ".join(headings)} |
|---|{"--:|" * (len(headings) - 2)}---|
{rows}

![{plot.title(measured)}](../bench/results/{name}.svg)

{_said(measured.conditions)}
"""


def _said(conditions: Conditions) -> str:
    return (
        f"Measured on {conditions.measured_at:%Y-%m-%d at %H:%M} UTC on {conditions.processors} processors "
        f"({conditions.processor}), load average {conditions.load_average:g} before it began; Python "
        f"{conditions.python}, PostgreSQL {conditions.postgresql}, {conditions.broker}."
    )


def _systems(measured: Sequence[Measured]) -> str:
    """List how each system was set up in its latest measurement."""
    by_time = sorted(measured, key=lambda each: each.conditions.measured_at)
    set_up = {name: words for each in by_time for name, words in each.conditions.systems.items()}
    lines = [f"- **{name.replace('_', '-')}** {set_up[name]}" for name in NAMES if name in set_up]
    return "\n".join(["## How each system is set up", "", *lines, ""])
