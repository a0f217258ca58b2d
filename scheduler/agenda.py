"""Which transitions beat has sent a worker for, and when it must look again: a value, and functions of the moments it is told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from store.due import SPAN

#: How long before a transition is due its message is sent: the way through broker and worker takes some milliseconds,
#: which are paid before the moment and not after it. The worker sleeps out the rest.
LEAD: Final = timedelta(milliseconds=50)

#: What is overdue this long has lost its message (or is a long storm); another one is sent.
SWEEP: Final = timedelta(seconds=1)


@dataclass(slots=True)
class Agenda:
    """What is known of one kind of transition."""

    #: Due moments up to here have had a message sent.
    covered_until: datetime | None = None
    sent_at: datetime | None = None

    def covers(self, due: datetime) -> bool:
        """Return whether a worker was sent for this moment."""
        return self.covered_until is not None and due <= self.covered_until

    def must_send(self, due: datetime, now: datetime) -> bool:
        """Return whether a worker must be sent for what is due first: its moment is near, or its message is lost."""
        if not self.covers(due):
            return now >= due - LEAD
        swept_at = self.sent_at or now
        return now - due >= SWEEP and now - swept_at >= SWEEP

    def sent(self, due: datetime, now: datetime) -> None:
        """Note that a worker was sent for what is due at this moment."""
        self.covered_until = max(due, now) + SPAN
        self.sent_at = now

    def uncover(self, due: datetime) -> None:
        """Note that something new falls due at this moment, which the worker that was sent may not have seen."""
        if self.covers(due):
            self.covered_until = due - timedelta(microseconds=1)
