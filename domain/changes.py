"""Changes of a person's statuses: what was due, what a write did, and the events of both."""

from dataclasses import dataclass
from datetime import datetime

from domain.events import Event, EventKind, of_coming, of_going
from domain.out_of_office import NEVER_SET, OutOfOffice
from domain.status import Status
from domain.timeline import Settlement, Timeline, as_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of a person's statuses at `at`: what was due by then is carried out first."""

    at: datetime
    #: As they were stored.
    stored: tuple[Status, ...]
    settlement: Settlement
    after: tuple[Status, ...]
    #: The texts and dates for the next out-of-office.
    remembered_before: OutOfOffice = NEVER_SET
    remembered: OutOfOffice = NEVER_SET

    @property
    def timeline(self) -> Timeline:
        """Return the person's timeline after the change."""
        return as_of(self.after, self.at)

    @property
    def going(self) -> list[Event]:
        """Return the events of statuses that a caller removed."""
        return of_going(self.settlement.statuses, self.after)

    @property
    def coming(self) -> list[Event]:
        """Return the events of statuses that a caller wrote, or of what is remembered if no status changed."""
        coming = of_coming(self.settlement.statuses, self.after)
        if coming or not self.remembers or self.going:
            return coming
        return [Event(EventKind.REMEMBERED, None)]

    @property
    def remembers(self) -> bool:
        """Return whether the texts or dates for the next out-of-office change."""
        return self.remembered != self.remembered_before

    @property
    def new_text(self) -> int:
        """Count the bytes of the replies that are new or changed, or else of the texts to remember."""
        earlier = {status.id: status.auto_reply for status in self.stored}
        written = sum(
            status.auto_reply.size
            for status in self.after
            if status.auto_reply is not None and status.auto_reply != earlier.get(status.id)
        )
        return written or self._new_text_to_remember()

    def _new_text_to_remember(self) -> int:
        before, after = self.remembered_before, self.remembered
        sides = ((before.internal, after.internal), (before.external, after.external))
        return sum(new.size for old, new in sides if new is not None and new != old)
