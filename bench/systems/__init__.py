"""The measured systems: Presently, its peers, and the floor (the minimum); one module each."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from subprocess import Popen
from typing import Final, Protocol, cast

from bench.entry import Entry
from bench.workspace import Workspace

#: In the order of their turns.
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
    """A running system: its processes by role, and how to add many entries, add one, and cancel one."""

    processes: Mapping[str, Popen[bytes]]
    fill: Callable[[Sequence[Entry]], object]
    book: Callable[[Entry], object]
    cancel: Callable[[Entry], object]


def peer(
    workspace: Workspace,
    processes: Mapping[str, Popen[bytes]],
    schedule: Callable[[Sequence[Entry]], object],
    forget: Callable[[Entry], object],
) -> Running:
    """Return a system that keeps its schedule apart from the status rows, and so must write both."""

    def fill(entries: Sequence[Entry]) -> None:
        workspace.database.write(entries)
        schedule(entries)

    def cancel(entry: Entry) -> None:
        forget(entry)
        workspace.database.remove(entry)

    return Running(processes, fill=fill, book=lambda entry: fill([entry]), cancel=cancel)


class System(Protocol):
    """A module of this folder."""

    #: How it is set up, in a sentence or two.
    ABOUT: str
    #: The packages whose versions matter.
    PACKAGES: Sequence[str]
    #: The resolution of its schedule.
    GRANULARITY: timedelta
    #: A generous limit for adding one entry, by which the first due time is set.
    SECONDS_AN_ENTRY: float

    @property
    def running(self) -> Callable[[Workspace], AbstractContextManager[Running]]:
        """Return the context manager that runs it in a workspace until the block ends."""


def load(name: str) -> System:
    """Import the system of this name, with its libraries."""
    return cast("System", import_module(f"bench.systems.{name}"))
