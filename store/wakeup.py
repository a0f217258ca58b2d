"""Waking beat when something falls due before it would look again."""

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

#: The longest that beat sleeps between two looks. What is due later needs no waking: beat looks again before.
LONGEST_SLEEP: Final = timedelta(seconds=1)

#: How often beat looks when the store cannot wake it (SQLite). A look with nothing due costs microseconds.
POLL: Final = timedelta(milliseconds=50)

_CHANNEL: Final = "presently_due"


def announce(connection: Connection, statuses: Iterable[Status], now: datetime) -> None:
    """Wake beat, once this transaction is committed, if any of these falls due while it may sleep.

    NOTIFY takes a lock at commit that all writers share, so a status that is far off sends none.
    """
    due = next_due(statuses)
    if due is not None and due <= now + 2 * LONGEST_SLEEP and connection.dialect.name == "postgresql":
        connection.execute(
            text("SELECT pg_notify(:channel, :due)"),
            {"channel": _CHANNEL, "due": due.isoformat()},
        )


class Ear:
    """Hears announcements, on a connection of its own where the store has them.

    Raises:
        psycopg.OperationalError: the store cannot be reached.
    """

    def __init__(self, url: str) -> None:
        self._connection = _listening(parse_url(url))

    def sleep(self, pause: timedelta) -> list[datetime]:
        """Return after `pause`, or at an announcement; then with the moments announced. A negative pause is none.

        Raises:
            psycopg.OperationalError: the connection is lost.
        """
        seconds = max(pause, timedelta(0)).total_seconds()
        if self._connection is None:
            time.sleep(min(seconds, POLL.total_seconds()))
            return []
        heard = self._connection.notifies(timeout=seconds, stop_after=1)
        return [moment for notice in heard if (moment := _announced(notice.payload))]

    def close(self) -> None:
        """Stop listening."""
        if self._connection is not None:
            self._connection.close()


def _announced(payload: str) -> datetime | None:
    """Read the moment of an announcement; anybody with an account on the database can announce anything."""
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
