"""Waits for transitions, and counts them."""

import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bench.database import Database
from bench.result import Result, lateness
from bench.systems import Running
from bench.usage import total_cpu_seconds, total_rss_mb
from bench.workloads import Run
from bench.workspace import Workspace
from harness.waiting import sleep_until

#: Counting 100,000 events takes the database some milliseconds, which the measured system would lose.
_LOOK_EVERY: Final = 1.0  # seconds

#: After so long without any transition, the missing ones count as lost.
_STALL: Final = 20.0  # seconds


def wait(database: Database, count: int, until: datetime, patience: float) -> bool:
    """Wait until all transitions were made or no more come; return `False` if they still come after `patience`.

    The database is queried only from `until`, when the last entry is due, to `patience` seconds after it.
    """
    sleep_until(until, now=database.now())
    gives_up = time.monotonic() + patience
    made, moved_at = 0, time.monotonic()
    while True:
        now, before = time.monotonic(), made
        made = database.count()
        if made >= count:
            return True
        if made > before:
            moved_at = now
        if now - moved_at > _STALL:
            return True
        if now > gives_up:
            return False
        time.sleep(_LOOK_EVERY)


@dataclass(frozen=True)
class Started:
    """A measurement that has begun, with the processor time used before it."""

    workspace: Workspace
    running: Running
    cpu: float
    database_cpu: float

    def result(self, run: Run, *, has_ended: bool) -> Result:
        """Return the run's lateness, its lost and doubled entries, and the resources used for them."""
        done = self.workspace.database.done()
        times = Counter(each.person_id for each in done)
        missing = run.workload.count - len(times)
        processes = self.running.processes.values()
        return Result(
            system=run.system,
            workload=run.workload.name,
            n=run.workload.count,
            lateness_ms=lateness([each.late_ms for each in done], missing=missing),
            cpu_s=round(total_cpu_seconds(processes) - self.cpu, 2),
            database_cpu_s=round(self.workspace.database.cpu_seconds() - self.database_cpu, 2),
            rss_mb=round(total_rss_mb(processes), 1),
            lost=missing if has_ended else 0,
            doubled=len(done) - len(times),
            unfinished=0 if has_ended else missing,
            note=_note(self.running),
        )


def _note(running: Running) -> str | None:
    ended = [role for role, process in running.processes.items() if process.poll() is not None]
    return f"Ended by itself during the run: {', '.join(ended)}." if ended else None


def started(workspace: Workspace, running: Running) -> Started:
    """Begin a measurement: note the processor time used so far."""
    return Started(
        workspace,
        running,
        total_cpu_seconds(running.processes.values()),
        workspace.database.cpu_seconds(),
    )
