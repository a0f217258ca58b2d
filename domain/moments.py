"""Moments with the UTC offset they were written with, and the wall clock times of a zone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

from dateutil import tz

#: The months in English, from January on; `strftime` would tell them in the machine's language.
MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment as somebody wrote it: the instant in UTC, and the UTC offset.

    Two moments are equal if both are: a caller gets the offset back. Whoever asks which is earlier compares `instant`.

    Raises:
        ValueError: the instant is not in `datetime.UTC`, or the offset is not of whole minutes (RFC 3339 §4.2).
    """

    instant: datetime
    offset: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        if self.instant.tzinfo is not UTC or self.offset.seconds % 60 or self.offset.microseconds:
            message = f"A moment needs an instant in UTC and an offset of whole minutes: {self.instant}, {self.offset}"
            raise ValueError(message)

    @classmethod
    def of(cls, written: datetime) -> "Moment":
        """Return the moment of a datetime, with its offset; raise `ValueError` if it has none."""
        offset = written.utcoffset()
        if offset is None:
            message = f"A moment needs an offset: {written}"
            raise ValueError(message)
        return cls(written.astimezone(UTC), offset)

    @property
    def written(self) -> datetime:
        """Return the datetime with its offset."""
        return self.instant.astimezone(timezone(self.offset))


def at_wall_clock(naive: datetime, zone: str) -> datetime:
    """Return the moment at which clocks in `zone` show `naive`, with the UTC offset of that moment.

    A time that the change to summer time skips moves forward by the gap. Of a time that occurs twice, the first counts.
    A time outside of UTC's calendar means its first or last second.
    """
    try:
        moment = tz.resolve_imaginary(naive.replace(tzinfo=ZoneInfo(zone), fold=0)).astimezone(UTC)
    except OverflowError:
        moment = _nearest_end(naive).replace(tzinfo=UTC)
    return in_zone(moment, zone)


def is_shown_twice(naive: datetime, zone: str) -> bool:
    """Return whether clocks in `zone` show `naive` twice, as when summer time ends."""
    first, second = (naive.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    is_skipped = wall_clock(at_wall_clock(naive, zone), zone) != naive
    return first.utcoffset() != second.utcoffset() and not is_skipped


def in_zone(moment: datetime, zone: str) -> datetime:
    """Return `moment` with the UTC offset that `zone` has then.

    Offsets with seconds, which zones had before standard time, cannot be written (RFC 3339 §4.2): those moments get
    UTC. So do the first and the last second of the calendar, which stand for "always" and "no end" in every zone.
    """
    if moment.astimezone(UTC).replace(tzinfo=None) in _ENDS:
        return moment.astimezone(UTC)
    try:
        offset = moment.astimezone(ZoneInfo(zone)).utcoffset()
    except OverflowError:
        offset = None
    # A fixed offset, because Python compares two moments of the same ZoneInfo by their wall clocks.
    has_minutes_only = offset and not offset % timedelta(minutes=1)
    return moment.astimezone(timezone(offset) if offset and has_minutes_only else UTC)


def wall_clock(moment: datetime, zone: str) -> datetime:
    """Return the naive time that clocks in `zone` show at `moment`; outside the calendar, its first or last second.

    The first and the last second of UTC's calendar are those of every zone's calendar.
    """
    in_utc = moment.astimezone(UTC).replace(tzinfo=None)
    if in_utc in _ENDS:
        return in_utc
    try:
        return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    except OverflowError:
        return _nearest_end(in_utc)


#: The first and the last second of the calendar, in UTC or on a wall clock.
_ENDS: Final = (datetime.min, datetime.max.replace(microsecond=0))  # noqa: DTZ901 (a wall clock has no zone)


def _nearest_end(naive: datetime) -> datetime:
    first, last = _ENDS
    return first if naive.year == first.year else last
