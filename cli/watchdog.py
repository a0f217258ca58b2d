"""The watchdog of `run`: kills a process that has stopped reporting, so that supervisor restarts it.

It does for `run` what systemd's watchdog does for services (`WatchdogSec=`), with the same protocol: sd_notify(3).
"""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from supervisor.process import Subprocess
from supervisor.states import ProcessStates

#: The variable that tells a process, and this watchdog, after how many microseconds of silence it is killed.
VARIABLE: Final = "WATCHDOG_USEC"
_MICROSECOND: Final = timedelta(microseconds=1)

#: On a busy machine a start takes long: the first report has so many times the limit.
_START_FACTOR: Final = 4

#: If the watchdog itself has not run for so long, it or the whole machine was frozen, and silence proves nothing.
_FROZEN_AFTER: Final = timedelta(seconds=5)

_LONGEST_REPORT: Final = 4096


@dataclass
class _Watched:
    """A process that must report, with its own socket."""

    process: Subprocess
    timeout: timedelta
    reports: socket.socket
    reported_at: float
    timeout_now: timedelta

    def wait(self, now: float, timeout: timedelta) -> None:
        """Set the deadline of the next report to `now` plus this time."""
        self.reported_at, self.timeout_now = now, timeout

    def has_reported(self) -> bool:
        """Return whether a report has come since the last call."""
        has_come = False
        with suppress(BlockingIOError):
            while self.reports.recv(_LONGEST_REPORT):
                has_come = True
        return has_come


class Watchdog:
    """Watches the processes whose configuration asks for it; their sockets are in `folder`."""

    def __init__(self, processes: Iterable[Subprocess], folder: Path, warn: Callable[[str], object]) -> None:
        self._warn = warn
        self._checked_at = time.monotonic()
        self._watched = [
            _watch(process, folder) for process in processes if VARIABLE in process.config.environment
        ]

    def check(self) -> None:
        """Kill each running process that was silent for too long, with its group. Called several times a second."""
        now = time.monotonic()
        was_frozen = now - self._checked_at > _FROZEN_AFTER.total_seconds()
        self._checked_at = now
        for watched in self._watched:
            has_reported = (
                watched.has_reported()
            )  # also where nobody runs: what a dead process left is not the next one's
            if watched.process.state != ProcessStates.RUNNING:
                watched.wait(now, _START_FACTOR * watched.timeout)
            elif has_reported:
                watched.wait(now, watched.timeout)
            elif was_frozen:
                watched.wait(now, watched.timeout_now)
            elif now - watched.reported_at > watched.timeout_now.total_seconds():
                self._kill(watched)
                watched.wait(now, _START_FACTOR * watched.timeout)

    def _kill(self, watched: _Watched) -> None:
        process, seconds = watched.process, watched.timeout_now.total_seconds()
        self._warn(f"killed: {process.config.name} (pid {process.pid}), frozen: no report for {seconds:g} s")
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _watch(process: Subprocess, folder: Path) -> _Watched:
    """Make a process report, from its next start on."""
    environment = process.config.environment
    address = str(folder / process.config.name)
    reports = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    reports.settimeout(0)
    reports.bind(address)
    environment["NOTIFY_SOCKET"] = address
    timeout = int(environment[VARIABLE]) * _MICROSECOND
    return _Watched(
        process, timeout, reports, reported_at=time.monotonic(), timeout_now=_START_FACTOR * timeout
    )
