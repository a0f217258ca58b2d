"""Waits for a time within a course, and for a started process."""

from datetime import timedelta
from functools import partial
from typing import Any, Final

from harness.waiting import wait_until
from tests.faults.bookings import Bookings
from tests.journey.deployment import Deployment

#: The log line of each process when it has started.
_BEGUN: Final = {"worker": " ready.", "beat": "Starting...", "api": "startup complete"}


def wait_for_storm(deployment: Deployment, bookings: Bookings, moment: timedelta = timedelta(0)) -> None:
    """Wait until so long after the storm; before it, if `moment` is negative."""
    wait_until(lambda: deployment.now() >= bookings.storm_at + moment)


def start_and_wait(deployment: Deployment, *names: str, **how: Any) -> None:
    """Start these processes, and wait until each has logged that it has started."""
    count = {name: _count_lines(deployment, name) for name in names}
    deployment.start(*names, **how)
    for name in names:
        wait_until(partial(_says_more, deployment, name, count[name]))


def _says_more(deployment: Deployment, name: str, count: int) -> bool:
    return _count_lines(deployment, name) > count


def _count_lines(deployment: Deployment, name: str) -> int:
    return deployment.log(name).count(_BEGUN[name.split("-", maxsplit=1)[0]])
