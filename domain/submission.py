"""A submitted out-of-office form: its dates are wall-clock times, and a reply that it does not give stays unchanged."""

from dataclasses import dataclass
from datetime import datetime

from domain.auto_reply import Audience
from domain.moments import Moment, at_wall_clock, in_zone, wall_clock
from domain.out_of_office import OutOfOffice, State, Text
from domain.refusals import TextTooLong, WindowIsEmpty
from domain.rich_text import size_without_pictures
from domain.unchanged import UNCHANGED, Unchanged, value_or
from domain.wishes import Times, as_wished


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A submitted form. It replaces state, audience and dates; a reply that is `None` is removed.

    Raises:
        ValueError: a date has a time zone.
    """

    state: State = State.DISABLED
    audience: Audience = Audience.NONE
    #: What clocks in the domain's zone show then.
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    internal: Text | Unchanged | None = UNCHANGED
    external: Text | Unchanged | None = UNCHANGED

    def __post_init__(self) -> None:
        if any(date is not None and date.tzinfo is not None for date in (self.starts_at, self.ends_at)):
            message = f"A wall-clock time has no time zone: {self.starts_at}, {self.ends_at}"
            raise ValueError(message)

    def check_sizes(self, largest: int) -> None:
        """Raise `TextTooLong` if a reply has more than `largest` bytes, without its pictures."""
        for field, text in (("internal_reply", self.internal), ("external_reply", self.external)):
            if isinstance(text, Text) and size_without_pictures(text.html) > largest:
                raise TextTooLong(field, hint=f"At most {largest} bytes, pictures within it not counted.")

    def applied_to(self, current: OutOfOffice, zone: str) -> OutOfOffice:
        """Return the setting that the form asks for, in this time zone.

        Raises:
            WindowIsEmpty: it is scheduled, and its end is not after its start because the clocks skip one of them.
        """
        starts_at = _moment(self.starts_at, current.starts_at, zone)
        ends_at = _moment(self.ends_at, current.ends_at, zone)
        setting = OutOfOffice(
            state=self.state,
            audience=self.audience,
            starts_at=starts_at,
            ends_at=ends_at,
            wish=Times(_said(self.starts_at, starts_at, zone), _said(self.ends_at, ends_at, zone)),
            internal=value_or(current.internal, self.internal),
            external=value_or(current.external, self.external),
        )
        self._check_skipped(setting, zone)
        return setting

    def _check_skipped(self, setting: OutOfOffice, zone: str) -> None:
        """Raise `WindowIsEmpty` if a window has no length because of a time that the change to summer time skips."""
        starts_at, ends_at = setting.starts_at, setting.ends_at
        if setting.state is not State.SCHEDULED or not starts_at or not ends_at or starts_at < ends_at:
            return
        for given, moment in ((self.starts_at, starts_at), (self.ends_at, ends_at)):
            if given is not None and given != (meant := wall_clock(moment, zone)):
                hint = f"The clocks of {zone} skip {given}, so it means {meant}."
                raise WindowIsEmpty("ends_at", hint=hint)


def _said(shown: datetime | None, moment: datetime | None, zone: str) -> Moment | datetime | None:
    """Return the local time as it was written, or in full if it came back without its seconds."""
    if shown is None or moment is None:
        return None
    return shown if at_wall_clock(shown, zone) == moment else as_wished(moment, zone)


def _moment(shown: datetime | None, current: datetime | None, zone: str) -> datetime | None:
    """Convert a wall-clock time to a moment. A date that comes back as it was read stays the same moment.

    That includes dates without their seconds, because editors cut them off.
    """
    if shown is None:
        return None
    if current is not None:
        read = wall_clock(current, zone)
        if shown in (read, read.replace(second=0)):
            # Remembered dates come from the store in UTC.
            return in_zone(current, zone)
    return at_wall_clock(shown, zone)
