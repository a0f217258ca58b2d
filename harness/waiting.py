"""Waits for a condition or for a moment."""

import os
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

PATIENCE: Final = timedelta(seconds=60)
_LOOK_AGAIN: Final = timedelta(milliseconds=20)


def wait_until(
    condition: Callable[[], object], *, patience: timedelta = PATIENCE, every: timedelta = _LOOK_AGAIN
) -> None:
    """Wait until `condition` holds, and look again after each pause of `every`.

    Raises:
        TimeoutError: it did not within `patience`.
    """
    deadline = time.monotonic() + patience.total_seconds()
    while not condition():
        if time.monotonic() > deadline:
            message = f"Not within {patience.total_seconds():g} s: {condition}"
            raise TimeoutError(message)
        time.sleep(every.total_seconds())


def slowness() -> float:
    """Return how many times longer a response may take now: once to three times, by the work for each processor."""
    return min(max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)), 3.0)


def sleep_until(moment: datetime, *, now: datetime) -> None:
    """Sleep until this moment, exact to the millisecond; `now` is the time by the clock that `moment` goes by."""
    time.sleep(max((moment - now).total_seconds(), 0))
