"""Windows of statuses as people read them: whole days by their days, others by the clocks of the domain."""

from datetime import date, datetime, time, timedelta
from typing import Final

from domain.moments import in_zone, wall_clock
from domain.status import Status
from domain.wishes import Days, days_in_words

_DAY: Final = timedelta(days=1)
_NO_END: Final = "further notice"


def clock(moment: datetime | None, zone: str) -> str:
    """Return a moment by the clocks of a zone; empty if there is none."""
    return in_zone(moment, zone).isoformat(" ", "minutes") if moment else ""


def of_status(status: Status, zone: str) -> str:
    """Return the window of a status in words: the days that were said in this zone, or as `window`."""
    if isinstance(status.wish, Days) and status.zone in {None, zone}:
        return days_in_words(status.wish)
    return window(status.in_force_at, status.ends_at.instant if status.ends_at else None, zone)


def window(starts_at: datetime, ends_at: datetime | None, zone: str) -> str:
    """Return a window in words: from midnight to midnight as `2 to 6 August 2027`, else with its times."""
    days = _days(starts_at, ends_at, zone)
    if days is not None:
        return days_in_words(days)
    return f"{clock(starts_at, zone)} – {clock(ends_at, zone) or _NO_END}"


def _days(starts_at: datetime, ends_at: datetime | None, zone: str) -> Days | None:
    if ends_at is None:
        return None
    first, after = _date_at_midnight(starts_at, zone), _date_at_midnight(ends_at, zone)
    return Days(first, after - _DAY) if first and after and first < after else None


def _date_at_midnight(moment: datetime, zone: str) -> date | None:
    local = wall_clock(moment, zone)
    return local.date() if local.time() == time() else None
