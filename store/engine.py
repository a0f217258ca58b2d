"""Connections to the store, and the one clock that everything is decided by: the database's."""

import sqlite3
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from store.postgresql import UNLIMITED, Connector, Limits

#: How long a writer waits for another one on SQLite, in milliseconds.
_BUSY_TIMEOUT: Final = 5000
_ASK_AGAIN: Final = 0.001  # seconds
#: What kind of error a code of SQLite is; the other bits say why (<https://www.sqlite.org/rescode.html>).
_KIND: Final = 0xFF

#: A database that stopped answering (a cut cable, a frozen machine) is given up after seconds, not after the minutes
#: that TCP would take; and so does the database give up whoever stopped in the middle of a transaction, for the
#: statuses in hand are held as long, and nobody else carries them out.
_POSTGRESQL: Final = {
    # Whatever PGCLIENTENCODING says.
    "client_encoding": "UTF8",
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "prepare_threshold": 0,
}

#: A process that is frozen in a transaction, or a machine that is gone, lets go of its rows after this.
_USUAL: Final = "-c timezone=UTC -c idle_in_transaction_session_timeout=5s"

#: A plan is kept for as long as its connection lives. One that was made while a table was empty, and reads it whole,
#: would read a hundred thousand rows for each batch of a storm. And compiling a plan takes longer than these run.
_BY_INDEX: Final = f"{_USUAL} -c enable_seqscan=off -c jit=off"

_CLOCK: Final = text("SELECT clock_timestamp()")


class BadStoreUrl(ValueError):
    """PRESENTLY_DATABASE_URL is neither `sqlite:///…` nor `postgresql://…`."""

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


def connect(url: str, *, pool_size: int = 16, by_index: bool = False, limits: Limits = UNLIMITED) -> Engine:
    """Return an engine for the store at `url`; no connection is opened yet.

    `by_index` is for who asks nothing that would read a whole table: then PostgreSQL plans nothing of the kind.
    `limits` are PostgreSQL's; on SQLite, where there is no server to fall silent, writers have a limit of their own.

    Raises:
        BadStoreUrl: it is not the URL of a SQLite file or of a PostgreSQL database.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, pool_size=pool_size, max_overflow=0)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    told = {
        "connect_timeout": int(limits.connect.total_seconds()),
        "options": (_BY_INDEX if by_index else _USUAL) + limits.options,
    }
    engine = create_engine(
        parsed, pool_size=pool_size, max_overflow=0, pool_pre_ping=True, connect_args=_POSTGRESQL | told
    )
    event.listen(engine, "do_connect", Connector(limits))
    return engine


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
    # Switches the file over, if it is new; for others who do the same, SQLite does not wait by itself.
    execute_when_free(connection, "PRAGMA journal_mode = WAL")


def _begin_sqlite(connection: Connection) -> None:
    """Begin; a writer takes the write lock at once, for a reader that becomes a writer late is refused."""
    if connection.get_execution_options().get("presently_writes", False):
        _take_write_lock(connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _take_write_lock(connection: Connection) -> None:
    """Begin as the only writer.

    SQLite itself asks again after ever longer pauses, up to 0.1 s: among many writers, who has waited longest gets the
    lock last, and a worker would wait for seconds. So everybody asks at the same pace.
    """
    sqlite: Any = connection.connection.driver_connection
    sqlite.execute("PRAGMA busy_timeout = 0")
    try:
        with suppress(sqlite3.OperationalError):
            execute_when_free(sqlite, "BEGIN IMMEDIATE")
            return
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # SQLAlchemy tells what is wrong
    finally:
        sqlite.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT}")


def execute_when_free(connection: Any, statement: str) -> None:
    """Ask at an even pace for what SQLite refuses at once, as long as another connection has the file.

    Raises:
        sqlite3.OperationalError: another one had it for too long, or something else is wrong.
    """
    deadline = time.monotonic() + _BUSY_TIMEOUT / 1000
    while True:
        try:
            connection.execute(statement)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & _KIND != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_ASK_AGAIN)
        else:
            return
