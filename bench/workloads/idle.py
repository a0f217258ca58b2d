"""One entry at a time, on a system that has nothing else to do."""

import random
from datetime import datetime, timedelta
from typing import Final

from bench import outcome
from bench.entry import Entry, floored
from bench.result import Result
from bench.systems import load
from bench.workloads import Run
from bench.workspace import Workspace
from harness.waiting import sleep_until

COUNT: Final = 200
SYSTEMS: Final = None
ABOUT: Final = (
    "One entry after another, each due when nothing else is, each booked two seconds before, at random times so "
    "that no polling interval can match them."
)

_SECOND: Final = timedelta(seconds=1)

#: Each entry has a slot of this length, and is due at a random time in its first third. An entry is booked two seconds
#: before its slot, at the end of the second third of an earlier slot, so that its booking delays no other entry.
_APART: Final = timedelta(milliseconds=600)
_STEPS_AHEAD: Final = 10 / 3


def measure(run: Run, workspace: Workspace) -> Result:
    """Measure the lateness of each entry."""
    system = load(run.system)
    apart = max(_APART, system.GRANULARITY)
    with system.running(workspace) as running:
        started = outcome.started(workspace, running)
        begins_at = (workspace.database.now() + _STEPS_AHEAD * apart + _SECOND).replace(microsecond=0)
        for entry in _entries(run.workload.count, begins_at, apart, system.GRANULARITY):
            book_at = begins_at + (entry.person_id - _STEPS_AHEAD) * apart
            sleep_until(book_at, now=workspace.database.now())
            running.book(entry)
        has_ended = outcome.wait(
            workspace.database, run.workload.count, begins_at + (run.workload.count + 1) * apart, run.patience
        )
        return started.result(run, has_ended=has_ended)


def _entries(count: int, begins_at: datetime, apart: timedelta, granularity: timedelta) -> list[Entry]:
    chance = random.Random(count)  # noqa: S311 (not a secret)
    return [
        Entry(number, floored(begins_at + (number + chance.random() / 3) * apart, granularity))
        for number in range(1, count + 1)
    ]
