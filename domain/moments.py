"""Moments as other systems write them: with an offset, or as the wall clock of a zone."""

from datetime import UTC, datetime, timezone
from zoneinfo import ZoneInfo

from dateutil import tz


def at_wall_clock(naive: datetime, zone: str) -> datetime:
    """Return the moment at which clocks in `zone` show `naive`, with the offset that they have then.

    A time that a change to summer time leaves out moves forward by the gap; one that exists twice means the first.
    """
    exists = tz.resolve_imaginary(naive.replace(tzinfo=ZoneInfo(zone), fold=0))
    offset = exists.utcoffset()
    # A fixed offset, for two moments of one ZoneInfo are compared by their wall clocks.
    return exists.replace(tzinfo=timezone(offset) if offset else UTC)


def wall_clock(moment: datetime, zone: str) -> datetime:
    """Return what clocks in `zone` show at `moment`, without a zone."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
