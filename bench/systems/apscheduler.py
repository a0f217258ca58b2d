"""APScheduler 3, with its jobs in PostgreSQL."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final, cast

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from redis import Redis

from bench.effect import BROKER, DATABASE, promote
from bench.systems import Running, peer
from bench.workspace import Workspace
from harness.waiting import wait_until
from store.engine import parse_url

ABOUT: Final = (
    "`SQLAlchemyJobStore` on the same PostgreSQL, ten threads, `misfire_grace_time=None` (its default of a second "
    "drops jobs that start later). It learns of jobs only from its own process, so entries are sent to that process."
)
PACKAGES: Final = ("apscheduler", "sqlalchemy", "psycopg")
GRANULARITY: Final = timedelta(microseconds=1)
SECONDS_AN_ENTRY: Final = 0.005

_READY: Final = "ready"
#: The Redis lists for the commands to its process and for the replies.
_ADD, _CANCEL, _HEARD = "bench:add", "bench:cancel", "bench:heard"


@contextmanager
def running(workspace: Workspace) -> Iterator[Running]:
    """Run the scheduler until the block ends."""
    with (
        Redis.from_url(workspace.broker_url, socket_timeout=None) as line,
        workspace.started("scheduler", "bench.systems.apscheduler") as scheduler,
    ):
        wait_until(lambda: workspace.has_said("scheduler", _READY))
        yield peer(
            workspace,
            {"scheduler": scheduler},
            lambda entries: _tell(
                line, _ADD, [f"{entry.status_id} {entry.due_at.isoformat()}" for entry in entries]
            ),
            lambda entry: _tell(line, _CANCEL, [entry.status_id]),
        )


def _tell(line: Redis, name: str, lines: Sequence[str]) -> None:
    """Send commands to the scheduler's process, and wait until it has carried them out."""
    line.rpush(name, *lines)
    for _ in lines:
        line.blpop([_HEARD])


def main() -> None:
    """Run the scheduler, and carry out the commands from Redis, for ever."""
    line = Redis.from_url(os.environ[BROKER], decode_responses=True, socket_timeout=None)
    scheduler = BackgroundScheduler(
        jobstores={"default": SQLAlchemyJobStore(url=parse_url(os.environ[DATABASE]))},
        executors={"default": ThreadPoolExecutor(10)},
        job_defaults={"misfire_grace_time": None},
        timezone="UTC",
    )
    scheduler.start()
    sys.stdout.write(_READY)
    sys.stdout.flush()
    while True:
        name, told = cast("tuple[str, str]", line.blpop([_ADD, _CANCEL]))
        _obey(scheduler, name, told)
        line.rpush(_HEARD, told)


def _obey(scheduler: BackgroundScheduler, name: str, told: str) -> None:
    if name == _CANCEL:
        scheduler.remove_job(told)
        return
    status_id, due_at = told.split()
    moment = datetime.fromisoformat(due_at)
    scheduler.add_job(promote, "date", run_date=moment, args=[status_id], id=status_id)


if __name__ == "__main__":
    main()
