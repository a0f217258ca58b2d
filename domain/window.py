"""Windows of time, half-open: the start is inside, the end is the first moment outside."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Window:
    """From `starts_at` until `ends_at`, or without end.

    Raises:
        ValueError: a moment has no time zone, or the end is not after the start.
    """

    starts_at: datetime
    ends_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.starts_at.utcoffset() is None or (self.ends_at and self.ends_at.utcoffset() is None):
            message = "A window needs moments with a zone."
            raise ValueError(message)
        if self.ends_at is not None and self.ends_at <= self.starts_at:
            message = f"A window must end after it starts, not from {self.starts_at} to {self.ends_at}."
            raise ValueError(message)

    def is_ahead(self, now: datetime) -> bool:
        """Return whether the window has not started."""
        return now < self.starts_at

    def is_over(self, now: datetime) -> bool:
        """Return whether the window has ended."""
        return self.ends_at is not None and self.ends_at <= now

    def overlaps(self, other: "Window") -> bool:
        """Return whether a moment is inside both windows."""
        return not self.is_over(other.starts_at) and not other.is_over(self.starts_at)

    def holds(self, now: datetime) -> bool:
        """Return whether `now` is inside the window."""
        return not self.is_ahead(now) and not self.is_over(now)
