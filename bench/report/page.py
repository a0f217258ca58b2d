"""The page about performance, made from the folder of results."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.report import files, table
from bench.result import Conditions, Measured
from bench.systems import NAMES
from bench.workloads import parse
from config.settings import ROOT

PAGE: Final = ROOT / "docs" / "performance.md"

_HEAD: Final = """\
# Performance

How late Presently is, measured beside what a Python team would pick instead, on one machine. `./presently bench` made
this page; run it to measure your own machine, with servers that are thrown away afterwards:

```sh
./presently bench --systems presently,floor --workloads storm-1000 --json results.json
```

Without options it measures every system under every workload, which takes some hours, and writes `bench/results/` and
this page anew; with `--json` it writes that file only.

## How to read it

- **Lateness** is when the database committed a transition, less when it was due. PostgreSQL notes down the moment of
  each commit (`track_commit_timestamp`), so no system is asked how late it was.
- **Every system has the same to do**: the row of a status goes from RESERVED to PRESENT, and the event that Presently
  writes is written in the same transaction. The peers get that as one statement, on a connection that stays open.
- `last` is the lateness of the last entry; `×` says how many times Presently's figure it is. CPU is that of the
  system's own processes, MB their memory at the end (pages that they share count for each); PostgreSQL's and the
  broker's are not in it.
- The systems take turns, each up to three times, and the middle one of its runs is shown: what takes more than a
  minute is run once. What was not finished two minutes after it was due was not waited for.
- A system that is missing in a table was not run under that workload: the larger ones take the peers from minutes to
  hours.
- PostgreSQL is as it is installed, and writes to the disk. The broker is the one that `./presently run` starts.

"""


def write(folder: Path = files.RESULTS, page: Path = PAGE) -> None:
    """Write the page."""
    measured = files.kept(folder)
    page.write_text(_HEAD + "\n".join(map(_section, measured)) + "\n" + _systems(measured))


def _section(measured: Measured) -> str:
    name = measured.workload
    rows = "\n".join(f"| {' | '.join(row)} |" for row in table.rows(measured.results))
    return f"""\
## {name}

{parse(name).module.ABOUT}

| {" | ".join(table.HEADINGS)} |
|---|{"--:|" * (len(table.HEADINGS) - 2)}---|
{rows}

![{name}: lateness by system](../bench/results/{name}.svg)

{_said(measured.conditions)}
"""


def _said(conditions: Conditions) -> str:
    return (
        f"Measured on {conditions.measured_at:%Y-%m-%d at %H:%M} UTC on {conditions.processors} processors "
        f"({conditions.processor}), load average {conditions.load_average:g} before it began; Python "
        f"{conditions.python}, PostgreSQL {conditions.postgresql}, {conditions.broker}."
    )


def _systems(measured: Sequence[Measured]) -> str:
    """Return how each system was set up when it was measured last."""
    by_time = sorted(measured, key=lambda each: each.conditions.measured_at)
    set_up = {name: words for each in by_time for name, words in each.conditions.systems.items()}
    lines = [f"- **{name.replace('_', '-')}** {set_up[name]}" for name in NAMES if name in set_up]
    return "\n".join(["## How each system is set up", "", *lines, ""])
