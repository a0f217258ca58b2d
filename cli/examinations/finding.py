"""The finding of an examination."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The result of an examination."""

    OK = "ok"
    WARNING = "warning"  #: it works, but needs attention
    FAILED = "failed"  #: it does not work, or not correctly
    UNKNOWN = "unknown"  #: not examined, because something it depends on failed


@dataclass(frozen=True, slots=True)
class Finding:
    """The name of a part, its verdict, and one line: its state, or how to repair it."""

    name: str
    verdict: Verdict
    said: str


def unknown(name: str, *, see: str) -> Finding:
    """Return the finding for a part that depends on the failed part `see`."""
    return Finding(name, Verdict.UNKNOWN, f"not asked: see {see}")
