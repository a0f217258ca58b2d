"""Writing many rows in one statement. PostgreSQL gets them as one JSON text, several times as fast as values."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, Final, TypeVar

from sqlalchemy import (
    ARRAY,
    JSON,
    Column,
    ColumnDefault,
    ColumnElement,
    Connection,
    FromClause,
    String,
    Table,
    TextClause,
    any_,
    bindparam,
    cast,
    func,
    insert,
    literal,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from store.driver import run

Value = TypeVar("Value")

Row = Mapping[str, Any]

#: The parameter of statements that are given many rows.
ROWS: Final = "rows"
_DIALECT: Final = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy does not type it


#: Many people are away on the same days. Equal moments of different zones have the same text, which says one instant.
_text_of: Final = lru_cache(4096)(datetime.isoformat)


def _as_sqlite(moment: datetime) -> str:
    """Return the text that SQLAlchemy stores, which has no offset."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def is_one_of(
    connection: Connection, column: ColumnElement[Value], values: Collection[Value]
) -> ColumnElement[bool]:
    """Return the condition that a column has one of these values.

    On PostgreSQL they are one parameter, so that the statement is the same for any number, and is prepared.
    """
    if connection.dialect.name == "sqlite":
        return column.in_(values)
    return column == any_(literal(list(values), ARRAY(column.type)))


def given_rows(dialect: str, *columns: Column[Any]) -> FromClause:
    """Build the source of rows that a statement is given as its parameter `ROWS`, with these columns."""
    rows = bindparam(ROWS, type_=String)
    if dialect == "sqlite":
        each = func.json_each(rows).table_valued("value")
        read = (func.json_extract(each.c.value, f"$.{column.name}").label(column.name) for column in columns)
        return select(*read).subquery("given")
    records = func.json_to_recordset(cast(rows, JSON)).table_valued(*columns)
    return records.render_derived(name="given", with_types=True)


def as_given(dialect: str, rows: Sequence[Row]) -> str:
    """Return the value of the parameter `ROWS`."""
    return _json(rows, _as_sqlite if dialect == "sqlite" else _text_of)


def each_by_index(
    dialect: str, given: FromClause, table: Table, is_it: ColumnElement[bool]
) -> tuple[FromClause, FromClause]:
    """Join given rows with those of a table, each looked up by an index; return the join, and the table in it.

    PostgreSQL does so also by a plan that was made while the table was empty. SQLite would read the whole table, except
    in an outer join: there a given row without another one has NULLs.
    """
    if dialect == "sqlite":
        return given.outerjoin(table, is_it), table
    one = select(table).where(is_it).offset(0).lateral("one")
    return given.join(one, true()), one


def insert_all(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that have the same columns, in their order."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(insert(table), list(rows))
        return
    names = tuple(name for name in rows[0] if any(row[name] is not None for row in rows))
    run(connection, _inserting(table, names), {ROWS: _json(rows)})


@cache
def _inserting(table: Table, names: Sequence[str]) -> TextClause:
    return text(_insert(table, names))


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
        {ROWS: _json(rows)},
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
        {ROWS: _json(rows)},
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
    return f'json_populate_recordset(CAST(NULL AS "{table.name}"), CAST(:{ROWS} AS json))'


def _json(rows: Sequence[Row], text_of_moment: Callable[[datetime], str] = _text_of) -> str:
    plain = [{name: value for name, value in row.items() if value is not None} for row in rows]
    return json.dumps(plain, default=text_of_moment, check_circular=False)
