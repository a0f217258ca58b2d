"""The workloads, one module each. `storm-1000` is the workload `storm` with a thousand entries."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Final, Protocol, cast

from bench.result import Result
from bench.workspace import Workspace
from cli.mistakes import Mistake

#: The workloads that are measured by default.
USUAL: Final = (
    "idle",
    "storm-1000",
    "storm-10000",
    "storm-100000",
    "spread",
    "pending-1000000",
    "post",
    "requests",
    "away-10000",
    "bulk-100000",
    "storm-10000-sqlite",
    "requests-sqlite",
)

_NAME: Final = re.compile(r"(?P<kind>[a-z]+)(-(?P<count>[1-9]\d*))?(?P<sqlite>-sqlite)?")
_KINDS: Final = ("away", "bulk", "idle", "storm", "spread", "pending", "post", "requests")


class Kind(Protocol):
    """A module of this folder."""

    #: The number of entries if the name gives none.
    COUNT: int
    #: The systems it can measure; `None` for all.
    SYSTEMS: tuple[str, ...] | None
    #: A description for the page, in a sentence or two.
    ABOUT: str

    @property
    def measure(self) -> Callable[["Run", Workspace], Result]:
        """Return the function that measures it in a renewed workspace."""


@dataclass(frozen=True)
class Workload:
    """One workload with its number of entries."""

    name: str
    kind: str
    count: int
    is_on_sqlite: bool

    @property
    def module(self) -> Kind:
        """Return the module of its kind."""
        return _load(self.kind)

    def takes(self, system: str) -> bool:
        """Return whether it can measure this system; on SQLite only Presently is measured."""
        if self.is_on_sqlite:
            return system == "presently"
        systems = self.module.SYSTEMS
        return systems is None or system in systems


@dataclass(frozen=True)
class Run:
    """One system under one workload."""

    system: str
    workload: Workload
    patience: float  #: how many seconds to wait after the last entry is due


def parse(name: str) -> Workload:
    """Parse the name of a workload.

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
