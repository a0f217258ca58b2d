"""PostgreSQL finds whose windows follow a zone by indexes, and the zones without reading each status."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import insert, text

from domain.wishes import Times
from domain.zone_changes import TIME_ZONES
from store import tables
from store.status_rows import row_of
from store.store import Store
from store.zone_rules import Scope
from tests.builders import HOUR, NINE, HandClock, a_reserved_status
from tests.store.builders import add_domain_with_people
from tests.store.plans import scans

ZONES = ("Europe/Vienna", "America/Vancouver", "Asia/Seoul")


@pytest.fixture
def store(postgresql_url: str, clock: HandClock) -> Iterator[Store]:
    """Open the store of a worker, with two thousand statuses in three zones."""
    opened = Store(postgresql_url, clock=clock, by_index=True)
    people = add_domain_with_people(opened, 500)
    wished = a_reserved_status(wish=Times(None, (NINE + HOUR).replace(tzinfo=None)), place=None)
    rows = [
        row_of(replace(wished, zone=zone))
        | {"id": f"{person.id}-{zone}", "works_id": None, "person_id": person.id}
        for person in people
        for zone in (*ZONES, None)
    ]
    with opened.writing() as transaction:
        transaction.connection.execute(insert(tables.status), rows)
    with opened.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE status"))
    yield opened
    opened.close()


def test_every_zone_that_is_named_is_found(store: Store):
    with store.reading() as transaction:
        scopes = transaction.zone_rules.scopes()
    assert [scope.zone for scope in scopes if scope.domain_id is None] == sorted(ZONES)
    assert [(scope.zone, scope.domain_id) for scope in scopes if scope.domain_id] == [("Asia/Seoul", 1)]


@pytest.mark.parametrize("scope", [Scope("Europe/Vienna"), Scope("Asia/Seoul", 1)])
def test_no_statement_reads_every_status(store: Store, scope: Scope):
    def follow() -> None:
        with store.writing() as transaction:
            rules = transaction.zone_rules
            rules.scopes()
            rules.begin(scope, "other rules")
            people = rules.people(scope, after=0, limit=10)
            wished = rules.lock_wished(scope, people)
            assert len(wished) == (40 if scope.domain_id else 10)
            rules.save([each.status for each in wished], by=TIME_ZONES, now=transaction.now())
            rules.reach(scope, people[-1])

    read = scans(store, follow)
    assert {"ix_status_wish", "ix_status_person_id_in_force_at"} <= read
    assert not read & {"all of status", "all of person", "all of event"}
