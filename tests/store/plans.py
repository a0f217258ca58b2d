"""How PostgreSQL executes the store's statements: with which indexes, and with which sequential scans.

The plans are those of prepared statements, made without parameters: psycopg prepares frequent statements.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from sqlalchemy import Connection, event, text

from store.store import Store

_PLANNED: Final = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


def scans(store: Store, run: Callable[[], object]) -> set[str]:
    """Return what the statements of `run` on `store` read: indexes by name, else `all of <table>`."""
    return {read for step in steps(store, run) for read in _read_in(step)}


def steps(store: Store, run: Callable[[], object]) -> list[dict[str, Any]]:
    """Return the steps of the plans of the statements of `run` on `store`."""
    statements: set[str] = set()

    def note(*call: Any) -> None:
        statements.add(call[2])

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        run()
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
    planned = (statement for statement in statements if statement.startswith(_PLANNED))
    with store.writing() as transaction:
        transaction.connection.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
        plans = [_plan(transaction.connection, statement) for statement in planned]
    return [step for plan in plans for step in _steps(plan)]


def _plan(connection: Connection, statement: str) -> Any:
    """Return PostgreSQL's plan of `statement`, prepared."""
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", statement)))
    prepared = re.sub(r"%\((\w+)\)s", lambda found: f"${names.index(found[1]) + 1}", statement)
    given = f"({', '.join('NULL' for _ in names)})" if names else ""
    connection.exec_driver_sql(f"PREPARE plan AS {prepared}")
    found = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) EXECUTE plan{given}").scalar_one()
    connection.exec_driver_sql("DEALLOCATE plan")
    return found[0]["Plan"]


def _steps(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield this step of a plan, and those below it."""
    yield node
    for child in node.get("Plans", ()):
        yield from _steps(child)


def _read_in(step: dict[str, Any]) -> Iterator[str]:
    if "Index Name" in step:
        yield step["Index Name"]
    elif step["Node Type"] == "Seq Scan":
        yield f"all of {step['Relation Name']}"
