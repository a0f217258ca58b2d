"""Very many entries that are due in a week and later."""

import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from statistics import median
from typing import Final

from bench import usage
from bench.entry import Entry
from bench.result import Result, lateness
from bench.systems import Running, load
from bench.workloads import Run
from bench.workspace import Workspace
from harness.waiting import sleep_until, wait_until

COUNT: Final = 1_000_000
#: Without `eta`, which would hold all of them in one worker's memory, 9 kB each, and without APScheduler, which adds
#: jobs only one by one and would need most of an hour.
SYSTEMS: Final = ("presently", "floor", "redbeat", "django_celery_beat", "procrastinate")
ABOUT: Final = (
    "So many entries wait, due in a week and later. The remarks show the time to add and to cancel one more (the "
    "median of 200, in microseconds), and the use of the idle processes (per cent of one processor, over ten "
    "seconds; memory in MB). p50, p99 and last all show one figure: how many milliseconds after a restart the "
    "transition is committed that fell due while the system was stopped. Celery's `eta` (9 kB of one worker's "
    "memory for each entry) and APScheduler (which adds jobs only one by one, for most of an hour) are left out."
)

_SAMPLES: Final = 200
_WEEK: Final = timedelta(days=7)
_HOUR: Final = timedelta(hours=1)
#: The number of different due times.
_MOMENTS: Final = 1000

_IDLE: Final = 10.0  # seconds
#: How far ahead the entry lies that falls due while the system is stopped.
_STOPPED: Final = timedelta(seconds=10)


def measure(run: Run, workspace: Workspace) -> Result:
    """Measure what waiting entries cost, and how soon a restarted system carries out a due one."""
    system, count = load(run.system), run.workload.count
    samples = min(_SAMPLES, count // 3)
    now = workspace.database.now().replace(microsecond=0)
    entries = [Entry(person_id, now + _WEEK + person_id % _MOMENTS * _HOUR) for person_id in range(1, count)]
    with system.running(workspace) as running:
        cpu, database_cpu = (
            usage.total_cpu_seconds(running.processes.values()),
            workspace.database.cpu_seconds(),
        )
        running.fill(entries[samples:])
        workspace.database.settle()
        further = {
            "add_us": _median_us(running.book, entries[:samples]),
            "cancel_us": _median_us(running.cancel, entries[:samples]),
            **_idle(running, workspace),
        }
        cpu = usage.total_cpu_seconds(running.processes.values()) - cpu
        rss_mb = usage.total_rss_mb(running.processes.values())
        due_at = (workspace.database.now() + _STOPPED).replace(microsecond=0)
        running.book(Entry(count, due_at))
    sleep_until(due_at, now=workspace.database.now())
    started_at = workspace.database.now()
    with system.running(workspace):
        wait_until(lambda: workspace.database.count() > 0, patience=timedelta(seconds=run.patience))
    ready_ms = workspace.database.done()[0].late_ms - (started_at - due_at) / timedelta(milliseconds=1)
    return Result(
        system=run.system,
        workload=run.workload.name,
        n=count,
        lateness_ms=lateness([ready_ms]),
        cpu_s=round(cpu, 2),
        database_cpu_s=round(workspace.database.cpu_seconds() - database_cpu, 2),
        rss_mb=round(rss_mb, 1),
        lost=0,
        doubled=workspace.database.count() - 1,
        further=further,
    )


def _median_us(act: Callable[[Entry], object], entries: Iterable[Entry]) -> float:
    """Return the median duration of an act on one of these entries, in microseconds."""
    took = []
    for entry in entries:
        began_at = time.perf_counter()
        act(entry)
        took.append(time.perf_counter() - began_at)
    return round(median(took) * 1e6)


def _idle(running: Running, workspace: Workspace) -> dict[str, float]:
    """Measure processor time and memory of the idle processes, and processor time of the database."""
    readings = {
        role: lambda process=process: usage.total_cpu_seconds([process])
        for role, process in running.processes.items()
    } | {"database": workspace.database.cpu_seconds}
    before = {role: read() for role, read in readings.items()}
    time.sleep(_IDLE)
    cpu = {
        f"{role}_cpu_percent": round((read() - before[role]) / _IDLE * 100, 2)
        for role, read in readings.items()
    }
    memory = {f"{role}_mb": round(usage.total_rss_mb([each])) for role, each in running.processes.items()}
    return cpu | memory
