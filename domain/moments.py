"""Moments as other systems write them: with an offset, or as the wall clock of a zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from dateutil import tz


def at_wall_clock(naive: datetime, zone: str) -> datetime:
    """Return the moment (UTC) at which clocks in `zone` show `naive`.

    A time that a change to summer time leaves out moves forward by the gap; one that exists twice means the first.
    """
    return tz.resolve_imaginary(naive.replace(tzinfo=ZoneInfo(zone), fold=0)).astimezone(UTC)


def wall_clock(moment: datetime, zone: str) -> datetime:
    """Return what clocks in `zone` show at `moment`, without a zone."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
