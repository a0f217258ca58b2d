"""Moments as other systems write them: with an offset, or as the wall clock of a zone."""

from datetime import MINYEAR, UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from dateutil import tz


def at_wall_clock(naive: datetime, zone: str) -> datetime:
    """Return the moment at which clocks in `zone` show `naive`, with the offset that they have then.

    A time that a change to summer time leaves out moves forward by the gap; one that exists twice means the first.

    Raises:
        OverflowError: the moment lies outside the calendar.
    """
    exists = tz.resolve_imaginary(naive.replace(tzinfo=ZoneInfo(zone), fold=0))
    moment = exists.astimezone(UTC)
    offset = exists.utcoffset()
    # A fixed offset, for two moments of one ZoneInfo are compared by their wall clocks. Of the offsets before standard
    # time, those with seconds cannot be written (RFC 3339 §4.2).
    return moment.astimezone(timezone(offset)) if offset and not offset % timedelta(minutes=1) else moment


def wall_clock(moment: datetime, zone: str) -> datetime:
    """Return what clocks in `zone` show at `moment`, without a zone; beyond the calendar, its first or last second."""
    try:
        shown = moment.astimezone(ZoneInfo(zone))
    except OverflowError:
        first, last = datetime.min, datetime.max.replace(microsecond=0)  # noqa: DTZ901 (a wall clock has no zone)
        return first if moment.year == MINYEAR else last
    return shown.replace(tzinfo=None, fold=0)
