"""The due moments for which beat has sent messages, and when it must send the next one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

#: How long before the due moment the message is sent. Passing broker and worker takes some milliseconds, which must be
#: over by the due moment. The worker sleeps for the rest.
LEAD: Final = timedelta(milliseconds=50)

#: What is overdue for this long has lost its message, or is part of a long storm: another message is sent. Not sooner,
#: because a worker waits for a locked row for `store.due.SPAN`, and another worker must stay free for the rest.
SWEEP: Final = timedelta(milliseconds=750)


@dataclass(slots=True)
class Agenda:
    """The state of beat for one kind of transition."""

    covered_until: datetime | None = None  #: a message was sent for what is due up to here
    sent_at: datetime | None = None

    def covers(self, due: datetime) -> bool:
        """Return whether a message was sent for this due moment."""
        return self.covered_until is not None and due <= self.covered_until

    def send_at(self, due: datetime) -> datetime:
        """Return when to send a message for this due moment: the first one, or another one if one was sent."""
        if self.sent_at is None or not self.covers(due):
            return due - LEAD
        return max(due, self.sent_at) + SWEEP

    def sent(self, now: datetime, *, until: datetime) -> None:
        """Note that a message was sent at `now` for everything that is due up to `until`."""
        self.sent_at = now
        self.covered_until = until

    def announced(self, due: datetime) -> None:
        """Note a new due moment, which may be unknown to a worker that is already at work."""
        if self.covers(due):
            self.covered_until = due - timedelta(microseconds=1)
