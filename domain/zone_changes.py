"""Changed rules of a time zone: what they do to a status whose window was wished in days or local times."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Final

from domain.events import Author
from domain.moments import Moment, in_zone
from domain.refusals import InvalidValue
from domain.status import ScheduleType, Status
from domain.wishes import window

#: The author of these changes.
TIME_ZONES: Final = Author("time zones")

_INSTANT: Final = timedelta(microseconds=1)


def following(status: Status, zone: str, day_halves: time, now: datetime) -> Status:
    """Return `status` with the start and the end that its wish means in `zone` by the rules that Python knows now.

    A start moves while it lies ahead, and an end until it is reached. What is in force stays so: its start does not
    move, and if its end should have come, it ends now. A start that should have come comes now. A wish that the new
    rules make impossible keeps its moments.
    """
    if status.wish is None or status.ends_at is None or status.ends_at.instant <= now:
        return status
    try:
        starts_at, ends_at = window(status.wish, zone, day_halves)
    except InvalidValue:
        return status
    if ends_at is None:
        return status
    if status.schedule_type is ScheduleType.RESERVED and status.window.is_ahead(now):
        return _moved(status, starts_at, ends_at, now)
    return _ended(status, ends_at, zone, now)


def _moved(status: Status, starts_at: Moment | None, ends_at: Moment, now: datetime) -> Status:
    if starts_at is None or (starts_at, ends_at) == (status.starts_at, status.ends_at):
        return status
    has_begun = starts_at.instant <= now < ends_at.instant
    in_force_at = now if has_begun else starts_at.instant
    return replace(status, starts_at=starts_at, ends_at=ends_at, in_force_at=in_force_at)


def _ended(status: Status, ends_at: Moment, zone: str, now: datetime) -> Status:
    if ends_at == status.ends_at:
        return status
    if ends_at.instant <= now:
        # A window is never empty, even that of a status which came into force just now.
        ends_at = Moment.of(in_zone(max(now, status.in_force_at + _INSTANT), zone))
    return replace(status, ends_at=ends_at)
