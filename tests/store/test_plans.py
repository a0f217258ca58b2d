"""PostgreSQL finds what is due, and whose statuses are asked for, by indexes, however much waits.

The plans are those of prepared statements, which know none of their parameters: psycopg prepares what it runs often.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from store.due import Kind
from store.store import Store, Transaction
from tests.builders import HOUR, NINE, HandClock

#: Each person has a status without an end, one that ends, and one that is reserved.
FILL = """
    INSERT INTO domain (name, zone) VALUES ('example.com', 'Asia/Seoul');
    INSERT INTO person (domain_id, user_id, email, name, is_administrator)
        SELECT 1, 'user' || n, 'u' || n || '@example.com', 'Person', false FROM generate_series(1, 10000) AS n;
    INSERT INTO status (id, person_id, schedule_type, profile_status_id, in_force_at, ends_at, origin, turn)
        SELECT turn || '-' || n, n, kind, 'BUSY', starts_at + n * interval '1 s', ends_at + n * interval '1 s',
            'works', turn
        FROM generate_series(1, 10000) AS n, (VALUES
            ('PRESENT', timestamptz '2026-03-01 09:00Z', NULL, 1),
            ('PRESENT', timestamptz '2026-03-02 09:00Z', timestamptz '2026-03-17 09:00Z', 2),
            ('RESERVED', timestamptz '2026-03-16 10:00Z', timestamptz '2026-03-18 09:00Z', 3)
        ) AS kinds (kind, starts_at, ends_at, turn);
    ANALYZE
"""


@pytest.fixture
def crowded(postgresql_url: str, clock: HandClock) -> Iterator[Store]:
    """Give a store of ten thousand people, nobody's start or end yet due."""
    store = Store(postgresql_url, clock=clock)
    with store.writing() as transaction:
        for statement in FILL.split(";"):
            transaction.connection.execute(text(statement))
    yield store
    store.close()


def scans(store: Store, run: Callable[[Transaction], object]) -> list[set[str]]:
    """Return what each statement about statuses that `run` carries out reads: indexes, or the whole table."""
    statements: list[str] = []

    def note(*call: Any) -> None:
        statements.append(call[2])

    event.listen(store.engine, "before_cursor_execute", note)
    with store.writing() as transaction:
        run(transaction)
    event.remove(store.engine, "before_cursor_execute", note)
    with store.writing() as transaction:
        connection = transaction.connection
        connection.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
        return [
            set(_scans(_plan(connection, statement))) for statement in statements if "status" in statement
        ]


def _plan(connection: Connection, statement: str) -> Any:
    """Return PostgreSQL's plan of `statement`, prepared."""
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", statement)))
    prepared = re.sub(r"%\((\w+)\)s", lambda found: f"${names.index(found[1]) + 1}", statement)
    given = f"({', '.join('NULL' for _ in names)})" if names else ""
    connection.exec_driver_sql(f"PREPARE plan AS {prepared}")
    found = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) EXECUTE plan{given}").scalar_one()
    connection.exec_driver_sql("DEALLOCATE plan")
    return found[0]["Plan"]


def _scans(node: Any) -> Iterator[str]:
    """Give the names of what this step of a plan, and those below it, read of the statuses."""
    if "status" in node.get("Index Name", ""):
        yield node["Index Name"]
    elif node["Node Type"] == "Seq Scan" and node["Relation Name"] == "status":
        yield "the whole table"
    for child in node.get("Plans", ()):
        yield from _scans(child)


LOOKS: dict[str, tuple[Callable[[Transaction], object], set[str]]] = {
    "the next start": (lambda store: store.due.next(Kind.START), {"ix_status_start_due"}),
    "the next end": (lambda store: store.due.next(Kind.END), {"ix_status_end_due"}),
    "a later start": (lambda store: store.due.next(Kind.START, after=NINE), {"ix_status_start_due"}),
    "a later end": (lambda store: store.due.next(Kind.END, after=NINE), {"ix_status_end_due"}),
    "more starts": (lambda store: store.due.is_more_than(Kind.START, 5, by=NINE), {"ix_status_start_due"}),
    "more ends": (lambda store: store.due.is_more_than(Kind.END, 5, by=NINE), {"ix_status_end_due"}),
    "starts to make": (
        lambda store: store.due.promote(limit=500),
        {"ix_status_start_due", "ix_status_person_id"},
    ),
    "ends to make": (
        lambda store: store.due.disable(limit=500),
        {"ix_status_end_due", "ix_status_person_id"},
    ),
    "a person's statuses": (lambda store: store.statuses.of(1), {"ix_status_person_id"}),
    "a person's statuses, held": (lambda store: store.statuses.hold(1), {"ix_status_person_id"}),
}


def test_every_look_goes_by_an_index(crowded: Store):
    plans = {name: scans(crowded, look) for name, (look, _) in LOOKS.items()}
    assert plans == {name: [indexes] for name, (_, indexes) in LOOKS.items()}


def test_no_step_of_a_storm_reads_the_whole_table(crowded: Store, clock: HandClock):
    clock.advance(2 * HOUR)
    plans = scans(crowded, lambda store: store.due.promote(limit=500))
    assert plans == [
        {"ix_status_start_due", "ix_status_person_id"},  # found
        {"pk_status"},  # brought into force
        {"pk_status", "ix_status_person_id"},  # told, with what is shown after it
    ]
