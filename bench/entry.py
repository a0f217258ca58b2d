"""The entry that every system gets: a person's status and the time at which it starts."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; each belongs to a different person."""

    person_id: int
    due_at: datetime

    @property
    def status_id(self) -> str:
        """Return the id of its row."""
        return f"uprofile-bench-{self.person_id}"


def floored(moment: datetime, granularity: timedelta) -> datetime:
    """Round a moment down to a multiple of `granularity`, the resolution of a system's schedule."""
    return moment - (moment - datetime.min.replace(tzinfo=moment.tzinfo)) % granularity
