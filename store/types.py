"""Column types that mean the same on both databases."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, TypeDecorator


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
        if value.utcoffset() is None:
            message = f"A moment needs a zone: {value}"
            raise ValueError(message)
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (the base class's signature)
        """Return the moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def offset_seconds(moment: datetime | None) -> int | None:
    """Return the UTC offset of a moment in seconds, as it is stored beside the moment."""
    offset = moment.utcoffset() if moment else None
    return None if offset is None else int(offset.total_seconds())
