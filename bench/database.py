"""The interface to a database: write entries, and read how late each was carried out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bench.entry import Entry


@dataclass(frozen=True, slots=True)
class Done:
    """One transition: the person, and the lateness in milliseconds."""

    person_id: int
    late_ms: float


class Database(Protocol):
    """A database with Presently's tables; it has no people until `renew`."""

    @property
    def url(self) -> str:
        """Return its URL."""

    def renew(self, people: int) -> None:
        """Recreate the database, with so many people in domain 1 and no statuses."""

    def write(self, entries: Sequence[Entry]) -> None:
        """Write a reserved status for each, in one transaction."""

    def remove(self, entry: Entry) -> None:
        """Delete an entry's status."""

    def settle(self) -> None:
        """Finish the database's pending work, so that a storm does not pay for the filling before it."""

    def now(self) -> datetime:
        """Return the time of its clock."""

    def count(self) -> int:
        """Count the transitions so far."""

    def done(self) -> list[Done]:
        """List every transition with its lateness."""

    def cpu_seconds(self) -> float:
        """Return the processor time that its server has used so far."""
