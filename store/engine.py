"""Connections to the store, and the one clock that everything is decided by: the database's."""

import sqlite3
import time
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

#: How long a writer waits for another one on SQLite, in milliseconds.
_BUSY_TIMEOUT: Final = 5000
_LOOK_AGAIN: Final = 0.01  # seconds

#: A database that stopped answering (a cut cable, a frozen machine) is given up after seconds, not after the minutes
#: that TCP would take.
_POSTGRESQL: Final = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "options": "-c timezone=UTC",
}

_CLOCK: Final = text("SELECT clock_timestamp()")


class BadStoreUrl(ValueError):
    """The store is neither `sqlite:///…` nor `postgresql://…`."""

    def __str__(self) -> str:
        return self.__doc__ or ""


def parse_url(url: str) -> URL:
    """Return `url` with the driver that Presently uses.

    Raises:
        BadStoreUrl: it is not the URL of a SQLite file or of a PostgreSQL database.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # the latter at a port that is no number
        raise BadStoreUrl from None
    match parsed.drivername.split("+")[0]:
        case "postgresql" | "postgres":
            return parsed.set(drivername="postgresql+psycopg")
        case "sqlite" if parsed.database and parsed.database != ":memory:":
            return parsed.set(drivername="sqlite+pysqlite")
        case _:
            raise BadStoreUrl


def connect(url: str, *, pool_size: int = 16) -> Engine:
    """Return an engine for the store at `url`; no connection is opened yet.

    Raises:
        BadStoreUrl: it is not the URL of a SQLite file or of a PostgreSQL database.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, pool_size=pool_size, max_overflow=0)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        parsed,
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args=_POSTGRESQL,
    )


def read_clock(connection: Connection) -> datetime:
    """Return the moment by the database's clock; SQLite's is the machine's, which it reads to the millisecond only."""
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    moment: datetime = connection.execute(_CLOCK).scalar_one()
    return moment.astimezone(UTC)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # sqlite3 shall begin no transactions of its own
    for pragma in (f"busy_timeout = {_BUSY_TIMEOUT}", "synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    _use_write_ahead_log(connection)


def _use_write_ahead_log(connection: Any) -> None:
    """Switch the file over, if it is new. SQLite does not wait for others who do the same, so we do."""
    deadline = time.monotonic() + _BUSY_TIMEOUT / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_LOOK_AGAIN)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    """Begin; a writer takes the write lock at once, for a reader that becomes a writer late is refused."""
    writes = connection.get_execution_options().get("presently_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
