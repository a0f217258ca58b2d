"""Waking beat when something falls due before its next poll."""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.engine import URL

from domain.status import Status
from store.engine import parse_url
from store.statuses import next_due

#: The longest sleep of beat between two polls. What is due later needs no wake-up: beat polls before that.
LONGEST_SLEEP: Final = timedelta(seconds=1)

#: How often beat polls if the store cannot wake it (SQLite). A poll with nothing due costs microseconds.
POLL: Final = timedelta(milliseconds=50)

_CHANNEL: Final = "presently_due"
_NOTIFY: Final = text("SELECT pg_notify(:channel, :due)")


def announce(connection: Connection, statuses: Iterable[Status], now: datetime) -> None:
    """Wake beat, once this transaction is committed, if any of these falls due during its sleep.

    At commit, NOTIFY takes a global lock, so a status that is due much later sends none.
    """
    due = next_due(statuses)
    if due is not None and due <= now + 2 * LONGEST_SLEEP:
        wake(connection, due)


def wake(connection: Connection, due: datetime) -> None:
    """Wake beat for something that is due at this moment, once this transaction is committed."""
    if connection.dialect.name == "postgresql":
        connection.execute(_NOTIFY, {"channel": _CHANNEL, "due": due.isoformat()})


class NotifyListener:
    """Receives announcements through LISTEN, on a connection of its own; on SQLite there are none.

    Raises:
        psycopg.OperationalError: the store cannot be reached.
    """

    def __init__(self, url: str) -> None:
        self._connection = _listening(parse_url(url))

    def sleep(self, pause: timedelta) -> list[datetime]:
        """Sleep for `pause` or until an announcement, and return the announced due moments.

        A negative pause counts as zero. Without announcements (SQLite) the sleep lasts at most `POLL`.

        Raises:
            psycopg.OperationalError: the connection is lost.
        """
        seconds = max(pause, timedelta(0)).total_seconds()
        if self._connection is None:
            time.sleep(min(seconds, POLL.total_seconds()))
            return []
        notices = self._connection.notifies(timeout=seconds, stop_after=1)
        return [moment for notice in notices if (moment := _announced(notice.payload))]

    def close(self) -> None:
        """Stop listening."""
        if self._connection is not None:
            self._connection.close()


def _announced(payload: str) -> datetime | None:
    """Parse an announcement; return `None` if it is invalid, since every database user can send one."""
    try:
        moment = datetime.fromisoformat(payload)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _listening(url: URL) -> psycopg.Connection | None:
    if url.get_backend_name() == "sqlite":
        return None
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg.connect(plain, autocommit=True, connect_timeout=5)
    connection.execute(f"LISTEN {_CHANNEL}")
    return connection
