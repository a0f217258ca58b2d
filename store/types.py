"""Column types that mean the same on both databases."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final, overload

from sqlalchemy import DateTime, Dialect, TypeDecorator

from domain.moments import Moment


class UtcMoment(TypeDecorator[datetime]):
    """A moment in UTC. SQLite stores no time zone, so this type removes and restores it.

    Raises:
        ValueError: a moment without a time zone is written (SQLAlchemy wraps it in a StatementError).
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return `value` in UTC, in the form for the database."""
        if value is None:
            return None
        check_zone(value)
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (the base class's signature)
        """Return the moment in UTC."""
        return None if value is None else instant(value)


def check_zone(value: datetime) -> None:
    """Raise `ValueError` unless the datetime has a time zone: the databases would take another instant for it."""
    if value.utcoffset() is None:
        message = f"A moment needs a zone: {value}"
        raise ValueError(message)


@overload
def instant(value: datetime | str) -> datetime: ...
@overload
def instant(value: None) -> None: ...
def instant(value: datetime | str | None) -> datetime | None:
    """Return an instant of the database in UTC; JSON has it as text, and SQLite's text has no offset."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if value is None or value.tzinfo is UTC:
        return value
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def window_columns(starts_at: Moment | None, ends_at: Moment | None) -> dict[str, Any]:
    """Return the values of the four columns of a window: both instants, and both UTC offsets in seconds."""
    return {
        "starts_at": starts_at and starts_at.instant,
        "starts_offset": starts_at and starts_at.offset // _SECOND,
        "ends_at": ends_at and ends_at.instant,
        "ends_offset": ends_at and ends_at.offset // _SECOND,
    }


def moment_of(instant: datetime | None, offset: int | None) -> Moment | None:
    """Return the moment of two columns; one without an offset was written in UTC."""
    return None if instant is None else Moment(instant, _offset(offset or 0))


# Every status that is read needs one, and there are few.
@cache
def _offset(seconds: int) -> timedelta:
    return timedelta(seconds=seconds)


_SECOND: Final = timedelta(seconds=1)
