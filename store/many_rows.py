"""Writing many rows in one statement. PostgreSQL gets them as one JSON text, several times as fast as values."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnDefault,
    ColumnElement,
    Connection,
    Table,
    any_,
    bindparam,
    insert,
    literal,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

Value = TypeVar("Value")

Row = Mapping[str, Any]

_ROWS: Final = "rows"
_DIALECT: Final = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy does not type it


def is_one_of(
    connection: Connection, column: ColumnElement[Value], values: Collection[Value]
) -> ColumnElement[bool]:
    """Return the condition that a column has one of these values.

    On PostgreSQL they are one parameter, so that the statement is the same for any number, and is prepared.
    """
    if connection.dialect.name == "sqlite":
        return column.in_(values)
    return column == any_(literal(list(values), ARRAY(column.type)))


def insert_all(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that have the same columns, in their order."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(insert(table), list(rows))
        return
    names = [name for name in rows[0] if any(row[name] is not None for row in rows)]
    connection.execute(text(_insert(table, names)), {_ROWS: _json(rows, names)})


def upsert_all(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that have the same columns, or update those that are there, by the primary key."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    values = [name for name in rows[0] if name not in keys]
    if connection.dialect.name == "sqlite":
        new = sqlite.insert(table)
        changed = {name: new.excluded[name] for name in values}
        connection.execute(new.on_conflict_do_update(index_elements=keys, set_=changed), list(rows))
        return
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in values)
    found = ", ".join(f'"{name}"' for name in keys)
    connection.execute(
        text(f"{_insert(table, [*rows[0]])} ON CONFLICT ({found}) DO UPDATE SET {changes}"),
        {_ROWS: _json(rows, [*rows[0]])},
    )


def update_all(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Update the rows with these primary keys; all name the same columns."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    values = [name for name in rows[0] if name not in keys]
    if connection.dialect.name == "sqlite":
        these = [table.c[name] == bindparam(f"its_{name}") for name in keys]
        changed = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in values}
        given = [
            {f"its_{name}": row[name] for name in keys} | {f"new_{name}": row[name] for name in values}
            for row in rows
        ]
        connection.execute(update(table).where(*these).values(changed), given)
        return
    computed = (
        f'"{column.name}" = {_sql(column.onupdate)}'
        for column in table.c
        if _is_sql(column.onupdate, column, values)
    )
    changes = ", ".join((*(f'"{name}" = given."{name}"' for name in values), *computed))
    same = " AND ".join(f'"{table.name}"."{name}" = given."{name}"' for name in keys)
    connection.execute(
        text(f'UPDATE "{table.name}" SET {changes} FROM {_records(table)} AS given WHERE {same}'),  # noqa: S608 (names of our tables)
        {_ROWS: _json(rows, [*rows[0]])},
    )


def _insert(table: Table, names: Sequence[str]) -> str:
    # The names are those of our tables.
    computed = {
        column.name: _sql(column.default) for column in table.c if _is_sql(column.default, column, names)
    }
    columns = ", ".join(f'"{name}"' for name in names)
    into = ", ".join((columns, *(f'"{name}"' for name in computed)))
    values = ", ".join((columns, *computed.values()))
    return f'INSERT INTO "{table.name}" ({into}) SELECT {values} FROM {_records(table)}'  # noqa: S608


def _is_sql(default: Any, column: Column[Any], names: Sequence[str]) -> bool:
    """Return whether the database computes a column that the rows do not name."""
    return column.name not in names and isinstance(default, ColumnDefault) and default.is_clause_element


def _sql(default: Any) -> str:
    return str(default.arg.compile(dialect=_DIALECT))


def _records(table: Table) -> str:
    return f'json_populate_recordset(CAST(NULL AS "{table.name}"), CAST(:{_ROWS} AS json))'


def _json(rows: Sequence[Row], names: Sequence[str]) -> str:
    # Moments first: calling back for each of them would take longer than all the rest.
    plain = [
        {name: value.isoformat() if isinstance(value := row[name], datetime) else value for name in names}
        for row in rows
    ]
    return json.dumps(plain)
