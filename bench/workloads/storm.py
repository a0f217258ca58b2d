"""A storm: all entries are due at the same time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bench.entry import Entry
from bench.result import Result
from bench.workloads import Run, crowd
from bench.workspace import Workspace

COUNT: Final = 10_000
SYSTEMS: Final = None
ABOUT: Final = "So many entries are due at the same second; `last` shows how fast they are carried out."


def measure(run: Run, workspace: Workspace) -> Result:
    """Measure the lateness of each entry."""

    def entries(begins_at: datetime, _granularity: timedelta) -> Sequence[Entry]:
        return [Entry(person_id, begins_at) for person_id in range(1, run.workload.count + 1)]

    return crowd.measure(run, workspace, entries)
