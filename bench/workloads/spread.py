"""A steady stream: one entry after another, 167 a second, which are 10,000 in a minute."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bench.entry import Entry, floored
from bench.result import Result
from bench.workloads import Run, crowd
from bench.workspace import Workspace

COUNT: Final = 10_000
SYSTEMS: Final = None
ABOUT: Final = "The entries are due one after another, six milliseconds apart: 10,000 of them in a minute."

_APART: Final = timedelta(milliseconds=6)


def measure(run: Run, workspace: Workspace) -> Result:
    """Measure the lateness of each entry."""

    def entries(begins_at: datetime, granularity: timedelta) -> Sequence[Entry]:
        return [
            Entry(person_id, floored(begins_at + person_id * _APART, granularity))
            for person_id in range(1, run.workload.count + 1)
        ]

    return crowd.measure(run, workspace, entries)
