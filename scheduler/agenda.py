"""What beat has sent workers for, and when it must send the next: a value, and functions of the moments it is told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

#: How long before a transition is due its message is sent: the way through broker and worker takes some milliseconds,
#: which are paid before the moment and not after it. The worker sleeps out the rest.
LEAD: Final = timedelta(milliseconds=50)

#: What is overdue this long has lost its message (or is a long storm); another one is sent. Not sooner: for a row that
#: is held, a worker stays for `store.due.SPAN`, and one is to be free for everything else.
SWEEP: Final = timedelta(milliseconds=750)


@dataclass(slots=True)
class Agenda:
    """What is known of one kind of transition."""

    covered_until: datetime | None = None  #: a worker was sent for what is due up to here
    sent_at: datetime | None = None

    def covers(self, due: datetime) -> bool:
        """Return whether a worker was sent for this moment."""
        return self.covered_until is not None and due <= self.covered_until

    def send_at(self, due: datetime) -> datetime:
        """Return when a worker is to be sent for what is due at this moment: once more, where one was."""
        if self.sent_at is None or not self.covers(due):
            return due - LEAD
        return max(due, self.sent_at) + SWEEP

    def sent(self, now: datetime, *, until: datetime) -> None:
        """Note that a worker was sent at `now`, for everything that is due up to `until`."""
        self.sent_at = now
        self.covered_until = until

    def announced(self, due: datetime) -> None:
        """Note that something is newly due at this moment, of which a worker that was sent may not know."""
        if self.covers(due):
            self.covered_until = due - timedelta(microseconds=1)
