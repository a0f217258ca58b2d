"""What the harness asks of a database: to take entries, and to tell how late each was carried out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bench.entry import Entry


@dataclass(frozen=True, slots=True)
class Done:
    """One transition: whose status came into force, and how late in milliseconds."""

    person_id: int
    late_ms: float


class Database(Protocol):
    """One database of the house, without anybody in it until it is renewed."""

    @property
    def url(self) -> str:
        """Return where it is."""

    def renew(self, people: int) -> None:
        """Begin anew, with so many people in domain 1 who have no statuses."""

    def write(self, entries: Sequence[Entry]) -> None:
        """Write a reserved status for each, in one transaction."""

    def remove(self, entry: Entry) -> None:
        """Delete an entry's status."""

    def settle(self) -> None:
        """Have the database done with what was written: a storm shall not pay for the filling before it."""

    def now(self) -> datetime:
        """Return the moment by its clock."""

    def count(self) -> int:
        """Return how many transitions there were."""

    def done(self) -> list[Done]:
        """Return every transition, and how late it was."""

    def cpu_seconds(self) -> float:
        """Return how much processor time its server has taken so far."""
