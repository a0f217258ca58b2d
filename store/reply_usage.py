"""The daily limit of reply text for each person, so that nobody can fill the database."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, case
from sqlalchemy.dialects import postgresql, sqlite

from domain.refusals import TooMuchReplyText
from store import tables


class ReplyUsage:
    """The counters of one transaction, which must hold the person's lock."""

    def __init__(self, connection: Connection, daily: int) -> None:
        self._connection = connection
        self._daily = daily

    def count(self, person_id: int, size: int, now: datetime) -> None:
        """Add `size` bytes to the person's count of this day (UTC), in one statement.

        Raises:
            TooMuchReplyText: the count is above the daily limit.
        """
        if not size:
            return
        day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        row = dialect.insert(tables.reply_usage).values(person_id=person_id, day=day, stored=size)
        earlier = tables.reply_usage.c
        counted = row.on_conflict_do_update(
            index_elements=[earlier.person_id],
            set_={"day": day, "stored": case((earlier.day == day, earlier.stored), else_=0) + size},
        ).returning(earlier.stored)
        stored: int = self._connection.execute(counted).scalar_one()
        if stored > self._daily:
            raise TooMuchReplyText(day + timedelta(days=1) - now)
