"""What an examination finds."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"  #: it works, and wants to be looked at
    FAILED = "failed"  #: it does not work, or not as it should
    UNKNOWN = "unknown"  #: it could not be asked, for something above it failed


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, and one line on it: how it is, or what would be right."""

    name: str
    verdict: Verdict
    said: str


def unknown(name: str, *, see: str) -> Finding:
    """Return that nothing can be said of this before that other finding is put right."""
    return Finding(name, Verdict.UNKNOWN, f"not asked: see {see}")
