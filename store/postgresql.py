"""Connections to PostgreSQL that are given up when it says nothing for too long."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import psycopg
from psycopg import errors
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, text

#: How often a wait looks whether it was interrupted (psycopg's own default).
_INTERVAL_SECONDS: Final = 0.1

#: After a server said nothing, nobody asks it again for so long: whoever came would wait in vain, too.
_PAUSE_SECONDS: Final = 2.0


#: What people write holds every character there is.
_ENCODING: Final = "UTF8"


class WrongEncoding(psycopg.OperationalError):
    """The database cannot keep every character."""

    def __init__(self, encoding: str) -> None:
        super().__init__(
            f"its encoding is {encoding}, and Presently needs {_ENCODING}. "
            f"CREATE DATABASE … ENCODING '{_ENCODING}' TEMPLATE template0 makes one that will do"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long is waited for PostgreSQL; without one, for ever."""

    #: For a connection; the library knows whole seconds from two on.
    connect: timedelta
    #: For a sign that a connection of the pool still works.
    ping: timedelta
    #: For a lock. PostgreSQL itself gives up then, and says so.
    lock: timedelta | None = None
    #: For a statement. PostgreSQL itself gives up then, and says so.
    statement: timedelta | None = None
    #: For the answer of a server that says nothing: it is frozen, or cut off.
    answer: timedelta | None = None

    @property
    def options(self) -> str:
        """Return what is told to the server of it."""
        told = {"lock_timeout": self.lock, "statement_timeout": self.statement}
        return "".join(
            f" -c {name}={limit // timedelta(milliseconds=1)}" for name, limit in told.items() if limit
        )


#: For somebody who waits for an answer over HTTP.
REQUEST: Final = Limits(
    connect=timedelta(seconds=3),
    ping=timedelta(seconds=2),
    lock=timedelta(seconds=2),
    statement=timedelta(seconds=8),
    answer=timedelta(seconds=10),
)

#: For worker and beat, who have nothing better to do, but must notice that another server has taken over.
BACKGROUND: Final = Limits(
    connect=timedelta(seconds=5), ping=timedelta(seconds=5), answer=timedelta(minutes=1)
)

#: For an operator and for migrations, whose statements take as long as they take.
UNLIMITED: Final = Limits(connect=timedelta(seconds=5), ping=timedelta(seconds=5))


class LimitedConnection(psycopg.Connection[Any]):
    """A connection that is closed when the server does not answer within its limits."""

    limits: Limits = UNLIMITED

    def wait(self, gen: PQGen[RV], interval: float = _INTERVAL_SECONDS, timeout: float | None = None) -> RV:
        """Wait for an answer.

        Raises:
            psycopg.OperationalError: it does not come in time, among other reasons.
        """
        # Only the pool's question whether the connection works is asked outside of a transaction.
        limit = self.limits.ping if self.autocommit else self.limits.answer
        if timeout is None and limit is not None:
            timeout = limit.total_seconds()
        try:
            return super().wait(gen, interval, timeout)
        except psycopg.OperationalError:
            # In the middle of an answer no other question can be asked.
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.close()
            raise


class Connector:
    """Opens connections with these limits, for SQLAlchemy's event `do_connect`."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._ask_again_at = 0.0

    def __call__(self, _dialect: Any, _record: Any, args: Any, parameters: Any) -> LimitedConnection:
        """Return a new connection.

        Raises:
            WrongEncoding: the database cannot keep every character.
            psycopg.OperationalError: there is no connection to be had.
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
    """Close a connection to a database in another encoding: what it tells as a connection begins.

    Raises:
        WrongEncoding: it is another one.
    """
    # Not every pooler in between hands it on.
    encoding = connection.info.parameter_status("server_encoding") or _ENCODING
    if encoding != _ENCODING:
        connection.close()
        raise WrongEncoding(encoding)


@contextmanager
def taking_time(connection: Connection) -> Iterator[None]:
    """Let statements take as long as they take, for what is done to a whole domain; locks are still not waited for.

    What the server is told of it holds until the end of the transaction.
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
