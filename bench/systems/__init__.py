"""What is measured: Presently, its peers, and the floor under all of them; a module each."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from subprocess import Popen
from typing import Final, Protocol, cast

from bench.entry import Entry
from bench.place import Place

#: In the order in which they take turns.
NAMES: Final = (
    "presently",
    "floor",
    "eta",
    "redbeat",
    "django_celery_beat",
    "apscheduler",
    "procrastinate",
)


@dataclass(frozen=True)
class Running:
    """A system that runs: its processes by their roles, and how it takes many entries, takes one, and loses one."""

    processes: Mapping[str, Popen[bytes]]
    fill: Callable[[Sequence[Entry]], object]
    book: Callable[[Entry], object]
    cancel: Callable[[Entry], object]


def peer(
    place: Place,
    processes: Mapping[str, Popen[bytes]],
    schedule: Callable[[Sequence[Entry]], object],
    forget: Callable[[Entry], object],
) -> Running:
    """Return a system whose entries lie elsewhere than in the rows that they are about: it has both to write."""

    def fill(entries: Sequence[Entry]) -> None:
        place.database.write(entries)
        schedule(entries)

    def cancel(entry: Entry) -> None:
        forget(entry)
        place.database.remove(entry)

    return Running(processes, fill=fill, book=lambda entry: fill([entry]), cancel=cancel)


class System(Protocol):
    """A module of this folder."""

    #: How it is set up, in a sentence or two.
    ABOUT: str
    #: The packages whose versions matter.
    PACKAGES: Sequence[str]
    #: The finest difference between two moments that it knows.
    GRANULARITY: timedelta
    #: How long it may take to be told of an entry, generously: so far ahead the entries lie.
    SECONDS_AN_ENTRY: float

    @property
    def running(self) -> Callable[[Place], AbstractContextManager[Running]]:
        """Return what runs it at a place, and gives it when it is ready."""


def load(name: str) -> System:
    """Return the system of this name, whose libraries are imported only now."""
    return cast("System", import_module(f"bench.systems.{name}"))
