"""Connections to PostgreSQL with client-side timeouts, for servers that do not answer."""

import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import psycopg
from psycopg import IsolationLevel, errors
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, text
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

#: How often a wait checks for an interrupt (psycopg's own default).
_INTERVAL_SECONDS: Final = 0.1

#: After a connection attempt without an answer, further attempts fail at once for this long instead of waiting too.
_PAUSE_SECONDS: Final = 2.0

#: After this time without use, a pooled connection is tested by a round trip.
_IDLE_SECONDS: Final = 0.5
_USED_AT: Final = "presently_used_at"

#: People's texts may contain any character.
_ENCODING: Final = "UTF8"


class WrongEncoding(psycopg.OperationalError):
    """The database cannot store every character."""

    def __init__(self, encoding: str) -> None:
        super().__init__(
            f"its encoding is {encoding}, and Presently needs {_ENCODING}. "
            f"CREATE DATABASE … ENCODING '{_ENCODING}' TEMPLATE template0 makes one that will do"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Timeouts for PostgreSQL; `None` means no timeout."""

    #: For connecting; libpq takes whole seconds, at least two.
    connect: timedelta
    #: For the test whether a pooled connection still works.
    ping: timedelta
    #: For a lock; PostgreSQL ends the statement with an error.
    lock: timedelta | None = None
    #: For a statement; PostgreSQL ends it with an error.
    statement: timedelta | None = None
    #: For an answer of the server, which may be frozen or cut off; the client gives up.
    answer: timedelta | None = None
    #: The same for the first answer after the connection was idle, since it was perhaps not tested.
    first_answer: timedelta | None = None

    @property
    def options(self) -> str:
        """Return the limits for the server, as options of the connection."""
        limits = {"lock_timeout": self.lock, "statement_timeout": self.statement}
        return "".join(
            f" -c {name}={limit // timedelta(milliseconds=1)}" for name, limit in limits.items() if limit
        )


#: For HTTP requests.
REQUEST: Final = Limits(
    connect=timedelta(seconds=3),
    ping=timedelta(seconds=2),
    lock=timedelta(seconds=2),
    statement=timedelta(seconds=8),
    # So that a request is answered within ten seconds.
    answer=timedelta(seconds=9),
    first_answer=timedelta(seconds=5),
)

#: For worker and beat, which can wait, but must notice that another server has taken over.
BACKGROUND: Final = Limits(
    connect=timedelta(seconds=5), ping=timedelta(seconds=5), answer=timedelta(minutes=1)
)

#: For the command line and migrations, whose statements may take long.
UNLIMITED: Final = Limits(connect=timedelta(seconds=5), ping=timedelta(seconds=5))


class LimitedConnection(psycopg.Connection[Any]):
    """A connection that closes itself if the server does not answer within the limits."""

    limits: Limits = UNLIMITED
    #: Whether the server has answered since the connection was taken from the pool.
    has_answered: bool = False

    # docs/workarounds.md#psycopg-wait
    def wait(self, gen: PQGen[RV], interval: float = _INTERVAL_SECONDS, timeout: float | None = None) -> RV:
        """Wait for an answer.

        Raises:
            psycopg.OperationalError: the answer does not come in time, or the connection fails.
        """
        limit = self.limits.answer if self.has_answered else self.limits.first_answer or self.limits.answer
        if timeout is None and limit is not None:
            timeout = limit.total_seconds()
        try:
            answer = super().wait(gen, interval, timeout)
        except psycopg.OperationalError:
            # The connection cannot be used again while an answer is outstanding.
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.close()
            raise
        self.has_answered = True
        return answer

    def set_autocommit(self, value: bool) -> None:  # noqa: FBT001 (psycopg's)
        """Set whether each statement is a transaction. The server is not asked, so that is no answer of it."""
        before = self.has_answered
        super().set_autocommit(value)
        self.has_answered = before

    def set_isolation_level(self, value: IsolationLevel | None) -> None:
        """Set the isolation level of the next transactions. The server is not asked, so that is no answer of it."""
        before = self.has_answered
        super().set_isolation_level(value)
        self.has_answered = before

    def ping(self) -> None:
        """Check that the server answers, within the limit for pings. The connection must be idle.

        Raises:
            psycopg.Error: it does not.
        """
        usual, was_autocommit = self.limits, self.autocommit
        self.limits = replace(usual, answer=usual.ping, first_answer=None)
        try:
            self.autocommit = True
            self.execute("SELECT 1")
            self.autocommit = was_autocommit
        finally:
            self.limits = usual

    @property
    def was_spoken_to(self) -> bool:
        """Return whether something arrived that nobody read: the end of the connection, or a notice."""
        waiting = select.poll()
        waiting.register(self.fileno(), select.POLLIN)
        return bool(waiting.poll(0))


def note_use(_connection: Any, record: ConnectionPoolEntry) -> None:
    """Record when a connection was last used, for SQLAlchemy's event `checkin`."""
    record.info[_USED_AT] = time.monotonic()


def check_is_alive(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Test a pooled connection before it is used, for SQLAlchemy's event `checkout`.

    A server that was stopped or restarted has closed the connection, which its socket shows. Only a connection that was
    idle for a while is tested by a round trip: a server that is frozen or cut off says nothing.

    Raises:
        InvalidatePoolError: the connection is dead; the pool opens a new one, and drops the others.
    """
    connection.has_answered = False
    used_at = record.info.get(_USED_AT)
    if used_at is None:
        return
    try:
        if connection.was_spoken_to or time.monotonic() - used_at > _IDLE_SECONDS:
            connection.ping()
    except (psycopg.Error, OSError) as error:
        raise InvalidatePoolError from error


def hide_values(error: BaseException) -> None:
    """Cut what PostgreSQL says below its first line, such as a whole row that breaks a rule: logs keep errors."""
    if error.args and isinstance(error.args[0], str):
        error.args = (error.args[0].partition("\nDETAIL:")[0], *error.args[1:])


class Connector:
    """Opens connections with these limits, for SQLAlchemy's event `do_connect`."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._ask_again_at = 0.0

    def __call__(self, _dialect: Any, _record: Any, args: Any, parameters: Any) -> LimitedConnection:
        """Return a new connection.

        Raises:
            WrongEncoding: the database cannot store every character.
            psycopg.OperationalError: connecting failed.
        """
        if time.monotonic() < self._ask_again_at:
            message = "The server said nothing a moment ago."
            raise errors.ConnectionTimeout(message)
        try:
            connection = LimitedConnection.connect(*args, **parameters)
        except errors.ConnectionTimeout:
            self._ask_again_at = time.monotonic() + _PAUSE_SECONDS
            raise
        connection.limits = self._limits
        _require_encoding(connection)
        return connection


def _require_encoding(connection: psycopg.Connection[Any]) -> None:
    """Close the connection and raise `WrongEncoding` unless the database is in UTF-8, as the server reports it."""
    # Some connection poolers do not pass it on.
    encoding = connection.info.parameter_status("server_encoding") or _ENCODING
    if encoding != _ENCODING:
        connection.close()
        raise WrongEncoding(encoding)


@contextmanager
def taking_time(connection: Connection) -> Iterator[None]:
    """Lift the limits for statements and answers, for changes of a whole domain; the limit for locks stays.

    On the server this holds until the end of the transaction.
    """
    driver = connection.connection.driver_connection
    if not isinstance(driver, LimitedConnection):
        yield
        return
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    usual = driver.limits
    driver.limits = replace(usual, answer=None)
    try:
        yield
    finally:
        driver.limits = usual
