"""celery-redbeat: beat with its entries in Redis, sorted by due time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, timedelta
from typing import Final

from redbeat import RedBeatSchedulerEntry
from redbeat.schedules import rrule

from bench.entry import Entry
from bench.systems import Running, celery_peer, peer
from bench.workspace import Workspace

ABOUT: Final = (
    "An `rrule` with one occurrence for each entry, its only way to schedule something once. Its resolution is a "
    "second, so its entries are due at whole seconds. Beat polls every second, and takes no lock (a killed beat's "
    "lock would make the next one wait)."
)
PACKAGES: Final = ("celery", "celery-redbeat", "redis")
GRANULARITY: Final = timedelta(seconds=1)
SECONDS_AN_ENTRY: Final = 0.002

app: Final = celery_peer.application(redbeat_lock_key=None, timezone="UTC")


@contextmanager
def running(workspace: Workspace) -> Iterator[Running]:
    """Run beat and a worker until the block ends."""
    with celery_peer.running(workspace, app, __name__, scheduler="redbeat.RedBeatScheduler") as processes:
        yield peer(workspace, processes, _schedule, lambda entry: _scheduled(entry).delete())


def _schedule(entries: Sequence[Entry]) -> None:
    for entry in entries:
        _scheduled(entry).save()


def _scheduled(entry: Entry) -> RedBeatSchedulerEntry:
    once = rrule("SECONDLY", dtstart=entry.due_at.astimezone(UTC), count=1, app=app)
    return RedBeatSchedulerEntry(entry.status_id, celery_peer.TASK, once, args=[entry.status_id], app=app)
