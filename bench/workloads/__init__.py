"""What a system is put to; a module each. `storm-1000` is the workload `storm` with a thousand entries."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Final, Protocol, cast

from bench.place import Place
from bench.result import Result
from cli.mistakes import Mistake

#: What is measured unless something else is asked for.
USUAL: Final = (
    "idle",
    "storm-1000",
    "storm-10000",
    "storm-100000",
    "spread",
    "pending-1000000",
    "post",
    "storm-10000-sqlite",
)

_NAME: Final = re.compile(r"(?P<kind>[a-z]+)(-(?P<count>[1-9]\d*))?(?P<sqlite>-sqlite)?")
_KINDS: Final = ("idle", "storm", "spread", "pending", "post")


class Kind(Protocol):
    """A module of this folder."""

    #: How many entries it has unless its name says so.
    COUNT: int
    #: The systems it can measure; none: all.
    SYSTEMS: tuple[str, ...] | None
    #: What is done, in a sentence or two, for the page.
    ABOUT: str

    @property
    def measure(self) -> Callable[["Run", Place], Result]:
        """Return what measures it, at a place made anew."""


@dataclass(frozen=True)
class Workload:
    """One workload, of so many entries."""

    name: str
    kind: str
    count: int
    is_on_sqlite: bool

    @property
    def module(self) -> Kind:
        """Return how it is done."""
        return _load(self.kind)

    def takes(self, system: str) -> bool:
        """Return whether it can measure this system; on SQLite there is nothing but Presently."""
        if self.is_on_sqlite:
            return system == "presently"
        systems = self.module.SYSTEMS
        return systems is None or system in systems


@dataclass(frozen=True)
class Run:
    """One system under one workload."""

    system: str
    workload: Workload
    patience: float  #: for how many seconds after the last entry is due it is waited for


def parse(name: str) -> Workload:
    """Return the workload of this name.

    Raises:
        Mistake: there is none.
    """
    found = _NAME.fullmatch(name)
    if found is None or found["kind"] not in _KINDS or (found["sqlite"] and found["kind"] == "post"):
        raise Mistake(
            f"--workloads: there is no workload {name}; there are {', '.join(USUAL)}, or other numbers."
        )
    count = int(found["count"] or _load(found["kind"]).COUNT)
    return Workload(name, found["kind"], count, is_on_sqlite=bool(found["sqlite"]))


def _load(kind: str) -> Kind:
    return cast("Kind", import_module(f"bench.workloads.{kind}"))
