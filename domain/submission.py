"""A submitted out-of-office form: its dates are wall-clock times, and a reply that it does not give stays as it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.auto_reply import Audience
from domain.moments import at_wall_clock, in_zone, wall_clock
from domain.out_of_office import OutOfOffice, State, Text
from domain.refusals import MissingData, TextTooLong, WindowIsEmpty
from domain.rich_text import size_without_pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A submitted form. `replies` has the sides (`internal`, `external`) that it gives, `None` for no reply."""

    state: State = State.DISABLED
    audience: Audience = Audience.NONE
    #: Wall-clock times, without a time zone.
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    replies: Mapping[str, Text | None] = field(default_factory=dict)
    is_empty: bool = False

    def check_is_given(self) -> None:
        """Raise `MissingData` if the form gives nothing at all."""
        if self.is_empty:
            raise MissingData

    def check_sizes(self, largest: int) -> None:
        """Raise `TextTooLong` if a reply has more than `largest` bytes, without its pictures."""
        for side in ("internal", "external"):
            text = self.replies.get(side)
            if text is not None and size_without_pictures(text.html) > largest:
                raise TextTooLong(
                    f"{side}_reply", hint=f"At most {largest} bytes, pictures within it not counted."
                )

    def applied_to(self, current: OutOfOffice, zone: str) -> OutOfOffice:
        """Return the setting that the form asks for, in this time zone.

        Raises:
            WindowIsEmpty: it is scheduled, and its end is not after its start because the clocks skip one of them.
        """
        setting = OutOfOffice(
            state=self.state,
            audience=self.audience,
            starts_at=_moment(self.starts_at, current.starts_at, zone),
            ends_at=_moment(self.ends_at, current.ends_at, zone),
            internal=self.replies.get("internal", current.internal),
            external=self.replies.get("external", current.external),
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
