"""Runs the statements of due transitions on psycopg itself, because SQLAlchemy takes longer for one than PostgreSQL.

SQLAlchemy compiles each of them once. Transactions, the pool and the errors are still SQLAlchemy's.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, Executable
from sqlalchemy.dialects.postgresql import psycopg as postgresql
from sqlalchemy.exc import DBAPIError

_DIALECT: Final = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy does not type it

_NOTHING: Final[Mapping[str, Any]] = {}


def run(
    connection: Connection, statement: Executable, parameters: Mapping[str, Any] = _NOTHING
) -> Sequence[Any]:
    """Run a statement that is kept for the life of the process, and return its rows, if it returns any.

    Moments among the parameters have a time zone; those in the rows are in UTC. If somebody listens to the statements
    of the engine, this one goes through SQLAlchemy, as on SQLite.

    Raises:
        sqlalchemy.exc.DBAPIError: as `Connection.execute` does.
    """
    engine = connection.engine
    if engine.dialect.name == "sqlite" or engine.dispatch.before_cursor_execute:
        done = connection.execute(statement, parameters)
        return done.all() if done.returns_rows else ()
    sql, given = _compiled(statement)
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor(row_factory=namedtuple_row) as cursor:
            cursor.execute(sql, {**given, **parameters})
            rows: Sequence[Any] = cursor.fetchall() if cursor.description else ()
            return rows
    except psycopg.Error as error:
        is_lost = driver.closed
        if is_lost:
            connection.invalidate(error)
        raise _translated(error, sql, parameters, is_lost=is_lost) from error


@cache
def _compiled(statement: Executable) -> tuple[str, dict[str, Any]]:
    """Return the SQL of a statement, and the values of its own parameters."""
    compiled = statement.compile(dialect=_DIALECT)  # type: ignore[attr-defined]
    return str(compiled), dict(compiled.params)


def _translated(
    error: psycopg.Error, sql: str, parameters: Mapping[str, Any], *, is_lost: bool
) -> BaseException:
    """Return SQLAlchemy's error for psycopg's."""
    return DBAPIError.instance(
        sql, dict(parameters), error, psycopg.Error, connection_invalidated=is_lost, dialect=_DIALECT
    )
