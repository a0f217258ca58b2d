"""procrastinate: a queue in PostgreSQL with scheduled jobs."""

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import timedelta
from itertools import groupby
from operator import attrgetter
from subprocess import Popen
from typing import Any, Final

from procrastinate import App, PsycopgConnector, SyncPsycopgConnector

from bench.effect import DATABASE, promote
from bench.entry import Entry
from bench.systems import Running, peer
from bench.workspace import Workspace
from harness.waiting import wait_until
from store.batches import batches

ABOUT: Final = (
    "Two workers of five threads each. It has no timer for scheduled jobs, so it is set to poll ten times a "
    "second (its default is every five seconds)."
)
PACKAGES: Final = ("procrastinate", "psycopg")
GRANULARITY: Final = timedelta(microseconds=1)
SECONDS_AN_ENTRY: Final = 0.002

_POLL_SECONDS: Final = 0.1
_BATCH: Final = 1000

app: Final = App(connector=PsycopgConnector(conninfo=os.environ[DATABASE]))
app.task(name="promote")(promote)


@contextmanager
def running(workspace: Workspace) -> Iterator[Running]:
    """Run two workers until the block ends."""
    with (
        app.replace_connector(SyncPsycopgConnector(conninfo=workspace.database.url)) as harness,
        harness.open(),
    ):
        if not harness.check_connection():
            harness.schema_manager.apply_schema()
        numbers: dict[str, int] = {}
        with ExitStack() as ends:
            workers = {
                role: ends.enter_context(_worker(workspace, role)) for role in ("worker_1", "worker_2")
            }
            wait_until(lambda: all(workspace.has_said(role, "Starting worker") for role in workers))
            yield peer(
                workspace,
                workers,
                lambda entries: numbers.update(_schedule(harness, entries)),
                lambda entry: harness.job_manager.cancel_job_by_id(numbers[entry.status_id], delete_job=True),
            )


def _worker(workspace: Workspace, role: str) -> AbstractContextManager[Popen[bytes]]:
    return workspace.started(
        role,
        *("procrastinate", f"--app={__name__}.app", "worker", "--concurrency=5"),
        *(f"--fetch-job-polling-interval={_POLL_SECONDS}", "--delete-jobs=successful"),
    )


def _schedule(harness: App, entries: Sequence[Entry]) -> Iterator[tuple[str, int]]:
    """Defer a job for each entry, and yield the entry's status id with the job's number."""
    due_at = attrgetter("due_at")
    for moment, together in groupby(sorted(entries, key=due_at), key=due_at):
        task = harness.configure_task("promote", schedule_at=moment)
        for batch in batches(list(together), _BATCH):
            told: list[dict[str, Any]] = [{"status_id": entry.status_id} for entry in batch]
            jobs = task.batch_defer(*told)
            yield from zip((entry.status_id for entry in batch), jobs, strict=True)
