"""Waits for a time within a course, and for a started process."""

from datetime import timedelta
from functools import partial
from typing import Any, Final

from harness.waiting import wait_until
from tests.faults.course import Course
from tests.journey.house import House

#: The log line of each process when it has started.
_BEGUN: Final = {"worker": " ready.", "beat": "Starting...", "api": "startup complete"}


def wait_for_storm(house: House, course: Course, moment: timedelta = timedelta(0)) -> None:
    """Wait until so long after the storm; before it, if `moment` is negative."""
    wait_until(lambda: house.now() >= course.storm_at + moment)


def start_and_wait(house: House, *names: str, **how: Any) -> None:
    """Start these processes, and wait until each has logged that it has started."""
    said = {name: _said(house, name) for name in names}
    house.start(*names, **how)
    for name in names:
        wait_until(partial(_says_more, house, name, said[name]))


def _says_more(house: House, name: str, said: int) -> bool:
    return _said(house, name) > said


def _said(house: House, name: str) -> int:
    return house.log(name).count(_BEGUN[name.split("-", maxsplit=1)[0]])
