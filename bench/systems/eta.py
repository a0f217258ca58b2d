"""Celery's own `eta`: for each entry a message, held in a worker's memory until it is due."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from bench.entry import Entry
from bench.systems import Running, celery_peer, peer
from bench.workspace import Workspace

ABOUT: Final = (
    "`apply_async(eta=…)` on Redis: prefork with two processes, results ignored, and a `visibility_timeout` of a day, "
    "so that nothing is delivered twice within a run (with the default of an hour, entries further ahead are)."
)
PACKAGES: Final = ("celery", "kombu", "redis")
GRANULARITY: Final = timedelta(microseconds=1)
SECONDS_AN_ENTRY: Final = 0.002

app: Final = celery_peer.application()


@contextmanager
def running(workspace: Workspace) -> Iterator[Running]:
    """Run a worker until the block ends."""
    with celery_peer.running(workspace, app, __name__, scheduler=None) as processes:
        yield peer(workspace, processes, _schedule, lambda entry: app.control.revoke(entry.status_id))


def _schedule(entries: Sequence[Entry]) -> None:
    task = app.tasks[celery_peer.TASK]
    with app.producer_pool.acquire(block=True) as producer:
        for entry in entries:
            task.apply_async((entry.status_id,), eta=entry.due_at, task_id=entry.status_id, producer=producer)
