"""Connections to PostgreSQL with client-side timeouts, for servers that do not answer."""

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

#: How often a wait checks for an interrupt (psycopg's own default).
_INTERVAL_SECONDS: Final = 0.1

#: After a connection attempt without an answer, further attempts fail at once for this long instead of waiting too.
_PAUSE_SECONDS: Final = 2.0


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

    @property
    def options(self) -> str:
        """Return the limits for the server, as options of the connection."""
        told = {"lock_timeout": self.lock, "statement_timeout": self.statement}
        return "".join(
            f" -c {name}={limit // timedelta(milliseconds=1)}" for name, limit in told.items() if limit
        )


#: For HTTP requests.
REQUEST: Final = Limits(
    connect=timedelta(seconds=3),
    ping=timedelta(seconds=2),
    lock=timedelta(seconds=2),
    statement=timedelta(seconds=8),
    answer=timedelta(seconds=10),
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

    # docs/workarounds.md#psycopg-wait
    def wait(self, gen: PQGen[RV], interval: float = _INTERVAL_SECONDS, timeout: float | None = None) -> RV:
        """Wait for an answer.

        Raises:
            psycopg.OperationalError: the answer does not come in time, or the connection fails.
        """
        # Only the pool's connection test runs in autocommit mode.
        limit = self.limits.ping if self.autocommit else self.limits.answer
        if timeout is None and limit is not None:
            timeout = limit.total_seconds()
        try:
            return super().wait(gen, interval, timeout)
        except psycopg.OperationalError:
            # The connection cannot be used again while an answer is outstanding.
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
