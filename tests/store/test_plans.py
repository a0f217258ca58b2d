"""A worker's plans have no sequential scans, whenever they were made; for requests see `tests/api/test_plans.py`."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from store.due import Kind
from store.store import Store
from tests.builders import HOUR, HandClock
from tests.store.builders import add_domain_with_people, drain, reserve_for_all
from tests.store.plans import scans, steps


@pytest.fixture
def empty(postgresql_url: str, clock: HandClock) -> Iterator[Store]:
    """Open the store of a worker that was started when the store was empty."""
    store = Store(postgresql_url, clock=clock, by_index=True)
    yield store
    store.close()


def rehearse(store: Store) -> None:
    with store.writing() as transaction:
        transaction.due.rehearse()


def tidy_up(store: Store) -> None:
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM FULL ANALYZE status"))


def test_a_worker_reads_no_whole_table_even_where_its_plans_were_made_while_it_was_empty(empty: Store):
    read = scans(empty, lambda: rehearse(empty))
    assert "pk_status" in read
    assert not any(name.startswith("all of") for name in read)


def test_the_next_start_is_found_by_when_it_is_due_even_where_the_plan_was_made_while_nobody_had_one(
    empty: Store, clock: HandClock
):
    reserve_for_all(empty, add_domain_with_people(empty, 20))
    clock.advance(HOUR)
    drain(empty)
    tidy_up(empty)

    def look() -> None:
        with empty.writing() as transaction:
            now = transaction.now()
            for kind in Kind:
                transaction.due.next(kind)
                transaction.due.next(kind, after=now)
                transaction.due.last(kind, by=now)
                transaction.due.is_more_than(kind, 1, by=now)
            transaction.due.rehearse()

    read = scans(empty, look)
    assert {"ix_status_start_due", "ix_status_end_due"} <= read
    assert "uq_status_works_reserved" not in read


def test_for_a_persons_other_statuses_it_looks_among_that_persons_only(empty: Store):
    tidy_up(empty)  # now PostgreSQL's statistics say that it is empty
    others = [
        step
        for step in steps(empty, lambda: rehearse(empty))
        if step.get("Relation Name") == "status" and step["Alias"].startswith(("other", "layer"))
    ]
    assert others
    assert all("person_id" in step.get("Index Cond", "") for step in others)
