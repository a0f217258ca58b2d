"""Runs the statements of due transitions and of requests on psycopg itself.

SQLAlchemy takes 0.18 ms of processor time around a statement that takes psycopg 0.07 ms; a POST runs five.
SQLAlchemy compiles each of them once. Transactions, the pool and the errors are still SQLAlchemy's.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, Executable
from sqlalchemy.dialects.postgresql import psycopg as postgresql
from sqlalchemy.exc import DBAPIError, StatementError

from store.postgresql import hide_values
from store.types import check_zone

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
        sqlalchemy.exc.StatementError: a moment has no time zone.
    """
    engine = connection.engine
    if engine.dialect.name == "sqlite" or engine.dispatch.before_cursor_execute:
        done = connection.execute(statement, parameters)
        return done.all() if done.returns_rows else ()
    sql, given = _compiled(statement)
    try:
        for value in parameters.values():
            if isinstance(value, datetime):
                check_zone(value)
    except ValueError as error:
        raise StatementError(str(error), sql, dict(parameters), error, hide_parameters=True) from error
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
        hide_values(error)
        raise _translated(error, sql, parameters, is_lost=is_lost) from error


@cache
def _compiled(statement: Executable) -> tuple[str, dict[str, Any]]:
    """Return the SQL of a statement, and the values of its own parameters."""
    compiled = statement.compile(dialect=_DIALECT)  # type: ignore[attr-defined]
    # Literals are written into the statement.
    expanded = compiled.construct_expanded_state(dict(compiled.params))
    return expanded.statement, dict(expanded.parameters)


def _translated(
    error: psycopg.Error, sql: str, parameters: Mapping[str, Any], *, is_lost: bool
) -> BaseException:
    """Return SQLAlchemy's error for psycopg's. It names no values, as with the engine."""
    return DBAPIError.instance(
        sql,
        dict(parameters),
        error,
        psycopg.Error,
        hide_parameters=True,
        connection_invalidated=is_lost,
        dialect=_DIALECT,
    )
