"""Conversion between moments and the wall clock time of a zone."""

from datetime import MINYEAR, UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from dateutil import tz


def at_wall_clock(naive: datetime, zone: str) -> datetime:
    """Return the moment at which clocks in `zone` show `naive`, with the UTC offset of that moment.

    A time that the change to summer time skips moves forward by the gap. Of a time that occurs twice, the first counts.

    Raises:
        OverflowError: the moment lies outside the calendar.
    """
    exists = tz.resolve_imaginary(naive.replace(tzinfo=ZoneInfo(zone), fold=0))
    moment = exists.astimezone(UTC)
    offset = exists.utcoffset()
    # A fixed offset, because Python compares two moments of the same ZoneInfo by their wall clocks. Offsets with
    # seconds, which zones had before standard time, cannot be written (RFC 3339 §4.2): those moments stay in UTC.
    return moment.astimezone(timezone(offset)) if offset and not offset % timedelta(minutes=1) else moment


def wall_clock(moment: datetime, zone: str) -> datetime:
    """Return the naive time that clocks in `zone` show at `moment`; outside the calendar, its first or last second."""
    try:
        shown = moment.astimezone(ZoneInfo(zone))
    except OverflowError:
        first, last = datetime.min, datetime.max.replace(microsecond=0)  # noqa: DTZ901 (a wall clock has no zone)
        return first if moment.year == MINYEAR else last
    return shown.replace(tzinfo=None, fold=0)
