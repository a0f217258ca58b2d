"""The environment of a measured system: a database, a broker, and a folder for logs."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from tempfile import TemporaryDirectory

from redis import Redis

from bench.database import Database
from config.settings import ROOT
from harness import processes


@dataclass(frozen=True)
class Workspace:
    """One environment, emptied for each run."""

    database: Database
    broker_url: str
    folder: Path

    def renew(self, people: int) -> None:
        """Empty database and broker."""
        self.database.renew(people)
        with Redis.from_url(self.broker_url) as broker:
            broker.flushall()

    @contextmanager
    def started(self, role: str, *command: str) -> Iterator[Popen[bytes]]:
        """Run `python -m` with this command until the block ends; its output goes to the log of its role.

        It is killed, because a Celery worker with many messages takes minutes to return them.
        """
        self.log(role).unlink(missing_ok=True)
        with processes.running(
            [sys.executable, "-m", *command],
            log=self.log(role),
            cwd=ROOT,
            environment={**os.environ, "PYTHONPATH": str(ROOT)},
            stop_signal=signal.SIGKILL,
        ) as process:
            yield process

    def log(self, role: str) -> Path:
        """Return the log file of a process."""
        return self.folder / f"{role}.log"

    def has_said(self, role: str, words: str) -> bool:
        """Return whether a process has logged these words."""
        log = self.log(role)
        return log.exists() and words in log.read_text(errors="replace")


@contextmanager
def at(database: Database, broker_url: str) -> Iterator[Workspace]:
    """Make a workspace with its own folder, which is deleted when the block ends."""
    with TemporaryDirectory(prefix="presently-bench-") as folder:
        yield Workspace(database, broker_url, Path(folder))
