"""What every system is given: a status of somebody, to come into force at a moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; each is another person's."""

    person_id: int
    due_at: datetime

    @property
    def status_id(self) -> str:
        """Return the id of its row."""
        return f"uprofile-bench-{self.person_id}"


def floored(moment: datetime, granularity: timedelta) -> datetime:
    """Return the last moment up to this one that a system can name which knows no finer times than these."""
    return moment - (moment - datetime.min.replace(tzinfo=moment.tzinfo)) % granularity
