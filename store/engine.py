"""Connections to the store, and its clock, by which every decision is made."""

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

from pydantic_core import from_json
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import ArgumentError

from store.postgresql import UNLIMITED, Connector, Limits, check_is_alive, hide_values, note_use

#: How long a writer waits for another one on SQLite, in milliseconds.
_BUSY_TIMEOUT: Final = 5000
_ASK_AGAIN: Final = 0.001  # seconds
#: The bits of a SQLite error code that give the kind; the others give the reason (<https://www.sqlite.org/rescode.html>).
KIND: Final = 0xFF

#: Detect a dead server (a cut cable, a frozen machine) after seconds, where TCP would take minutes. `_USUAL` makes the
#: server do the same with a dead client, because its locks keep statuses from being carried out.
_POSTGRESQL: Final = {
    # Overrides PGCLIENTENCODING.
    "client_encoding": "UTF8",
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "prepare_threshold": 0,
}

#: Time zone, form of dates and isolation are those that the store relies on, whatever the defaults of the database are.
#: After the timeout PostgreSQL ends a transaction whose client is frozen or gone, and releases its locks.
_USUAL: Final = (
    "-c timezone=UTC -c datestyle=ISO -c default_transaction_isolation=read\\ committed "
    "-c idle_in_transaction_session_timeout=5s"
)

#: A plan lives as long as its connection. One that was made while a table was empty scans the whole table, which may
#: later be a hundred thousand rows for each batch of a storm. JIT compilation takes longer than these queries.
_BY_INDEX: Final = f"{_USUAL} -c enable_seqscan=off -c jit=off -c plan_cache_mode=force_generic_plan"

_CLOCK: Final = text("SELECT clock_timestamp()")


class BadStoreUrl(ValueError):
    """PRESENTLY_DATABASE_URL is neither `sqlite:///…` nor `postgresql://…`."""

    def __str__(self) -> str:
        return self.__doc__ or ""


def parse_url(url: str) -> URL:
    """Parse `url`, and set the driver that Presently uses.

    Raises:
        BadStoreUrl: it is not the URL of a SQLite file or of a PostgreSQL database.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # ValueError: the port is not a number
        raise BadStoreUrl from None
    match parsed.drivername.split("+")[0]:
        case "postgresql" | "postgres":
            return parsed.set(drivername="postgresql+psycopg")
        case "sqlite" if parsed.database and parsed.database != ":memory:":
            return parsed.set(drivername="sqlite+pysqlite")
        case _:
            raise BadStoreUrl


def connect(
    url: str,
    *,
    pool_size: int = 16,
    by_index: bool = False,
    limits: Limits = UNLIMITED,
    through_pooler: bool = False,
) -> Engine:
    """Create an engine for the store at `url`, without opening a connection.

    `by_index` keeps PostgreSQL from planning scans of whole tables, for processes that never need one.
    `limits` apply to PostgreSQL. SQLite has no server, and a fixed timeout for writers. With `through_pooler` nothing
    is kept in the server's session, which belongs to the client for one transaction only.

    Errors of statements name no values, because logs keep them: people's messages and replies are among them.

    Raises:
        BadStoreUrl: it is not the URL of a SQLite file or of a PostgreSQL database.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed,
            pool_size=pool_size,
            max_overflow=0,
            hide_parameters=True,
            json_deserializer=from_json,
        )
        event.listen(engine, "do_connect", _make_private)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    arguments: dict[str, Any] = {"connect_timeout": int(limits.connect.total_seconds())}
    if through_pooler:
        # The pooler's own configuration has the options (docs/operating.md); it refuses them from a client.
        arguments["prepare_threshold"] = None
    else:
        arguments["options"] = (_BY_INDEX if by_index else _USUAL) + limits.options
    engine = create_engine(
        parsed,
        pool_size=pool_size,
        max_overflow=0,
        connect_args=_POSTGRESQL | arguments,
        hide_parameters=True,
        # Reading 20,000 entries of a change takes a sixth less than with the standard library's.
        json_deserializer=from_json,
    )
    event.listen(engine, "do_connect", Connector(limits))
    event.listen(engine, "checkin", note_use)
    event.listen(engine, "checkout", check_is_alive)
    event.listen(engine, "handle_error", _hide_values)
    return engine


def engine_for_reading(engine: Engine) -> Engine:
    """Return the engine for reading, which shares the connections of `engine`; on PostgreSQL without transactions."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="AUTOCOMMIT")


Clock = Callable[[Connection], datetime]


def read_clock(connection: Connection) -> datetime:
    """Return the time of the database's clock; for SQLite the machine's, which SQLite itself reads only to the ms."""
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    moment: datetime = connection.execute(_CLOCK).scalar_one()
    return moment.astimezone(UTC)


def _hide_values(context: ExceptionContext) -> None:
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None:
            hide_values(error)


def _make_private(_dialect: Any, _record: Any, arguments: Any, parameters: Any) -> None:
    """Make the file if it is missing, for its owner only. SQLite gives its mode to the files beside it."""
    # What cannot be made, SQLite reports when it opens the file.
    if not parameters.get("uri"):
        with suppress(OSError):
            os.close(os.open(arguments[0], os.O_RDONLY | os.O_CREAT, 0o600))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # sqlite3 must not begin transactions by itself
    for pragma in (f"busy_timeout = {_BUSY_TIMEOUT}", "synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    # Switches a new file to WAL. If another connection does so at once, SQLite does not wait by itself.
    execute_when_free(connection, "PRAGMA journal_mode = WAL")


# docs/workarounds.md#sqlite-begin
def _begin_sqlite(connection: Connection) -> None:
    """Begin a transaction. A writer takes the write lock at once, because SQLite may refuse to upgrade a reader."""
    if connection.get_execution_options().get("presently_writes", False):
        _take_write_lock(connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _take_write_lock(connection: Connection) -> None:
    """Begin a writing transaction, and wait for the write lock.

    SQLite itself retries after ever longer pauses, up to 0.1 s. With many writers, the one that has waited longest
    would get the lock last, and a worker would wait for seconds. So every writer retries at the same short interval.
    """
    sqlite: Any = connection.connection.driver_connection
    sqlite.execute("PRAGMA busy_timeout = 0")
    try:
        with suppress(sqlite3.OperationalError):
            execute_when_free(sqlite, "BEGIN IMMEDIATE")
            return
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # raises SQLAlchemy's error
    finally:
        sqlite.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT}")


# docs/workarounds.md#sqlite-journal-switch
def execute_when_free(connection: Any, statement: str) -> None:
    """Run a statement; while another connection has the file locked, retry at a fixed interval.

    Raises:
        sqlite3.OperationalError: the file stayed locked for too long, or the statement failed.
    """
    deadline = time.monotonic() + _BUSY_TIMEOUT / 1000
    while True:
        try:
            connection.execute(statement)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & KIND != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_ASK_AGAIN)
        else:
            return
