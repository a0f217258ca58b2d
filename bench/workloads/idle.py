"""One entry at a time, on a system that has nothing else to do."""

import random
import time
from datetime import datetime, timedelta
from typing import Final

from bench import outcome
from bench.entry import Entry, floored
from bench.place import Place
from bench.result import Result
from bench.systems import load
from bench.workloads import Run

COUNT: Final = 200
SYSTEMS: Final = None
ABOUT: Final = (
    "One entry after another, each due when nothing else is, each booked two seconds before, at moments that no "
    "polling can be in step with."
)

_SECOND: Final = timedelta(seconds=1)

#: Each entry has a place in the row, and is due at some moment of the first third of it. One is booked at the end of
#: the second third of a place, so that its booking does not stand in another's way: two seconds before its own.
_APART: Final = timedelta(milliseconds=600)
_PLACES_AHEAD: Final = 10 / 3


def measure(run: Run, place: Place) -> Result:
    """Return how late each was."""
    system = load(run.system)
    apart = max(_APART, system.GRANULARITY)
    with system.running(place) as running:
        started = outcome.started(place, running)
        begins_at = (place.database.now() + _PLACES_AHEAD * apart + _SECOND).replace(microsecond=0)
        for entry in _entries(run.workload.count, begins_at, apart, system.GRANULARITY):
            _sleep_until(place, begins_at + (entry.person_id - _PLACES_AHEAD) * apart)
            running.book(entry)
        has_ended = outcome.wait(
            place.database, run.workload.count, begins_at + (run.workload.count + 1) * apart, run.patience
        )
        return started.result(run, has_ended=has_ended)


def _entries(count: int, begins_at: datetime, apart: timedelta, granularity: timedelta) -> list[Entry]:
    chance = random.Random(count)  # noqa: S311 (not a secret)
    return [
        Entry(number, floored(begins_at + (number + chance.random() / 3) * apart, granularity))
        for number in range(1, count + 1)
    ]


def _sleep_until(place: Place, moment: datetime) -> None:
    time.sleep(max((moment - place.database.now()).total_seconds(), 0))
