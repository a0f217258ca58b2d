from functools import partial

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import OperationalError

from domain.directory import Person
from domain.status import Place, Status
from store import migrate
from store.engine import connect
from store.store import Store
from store.tables import metadata
from tests.builders import a_reserved_status, a_status, an_auto_reply
from tests.store.builders import add_domain_with_people, at_once, keep, statuses_of


def level(url: str) -> str | None:
    store = Store(url)
    with store.reading() as transaction:
        found = migrate.level(transaction.connection)
    store.close()
    return found


def test_an_upgrade_of_an_empty_database_gives_exactly_our_tables(blank_url: str):
    migrate.upgrade(blank_url)
    assert migrate.differences(blank_url) == []
    assert level(blank_url) == migrate.newest()


def test_before_the_first_upgrade_everything_differs(blank_url: str):
    assert len(migrate.differences(blank_url)) >= len(metadata.tables)
    assert level(blank_url) is None


def test_the_indexes_and_rules_of_the_tables_are_made(blank_url: str):
    """Alembic does not compare conditions, so they are checked here."""
    migrate.upgrade(blank_url)
    engine = connect(blank_url)
    found = inspect(engine)
    indexes = {index["name"]: index for index in found.get_indexes("status")}
    dialect = engine.dialect.name
    conditions = {
        name: str(index["dialect_options"].get(f"{dialect}_where")) for name, index in indexes.items() if name
    }
    checks = {check["name"] for check in found.get_check_constraints("status")}
    engine.dispose()
    assert indexes["uq_status_works_reserved"]["unique"]
    assert "RESERVED" in conditions["uq_status_works_reserved"]
    assert "RESERVED" in conditions["ix_status_start_due"]
    assert "PRESENT" in conditions["ix_status_end_due"]
    assert checks == {"ck_status_window", "ck_status_schedule_type"}


def test_postgresql_clears_up_the_tables_that_change_most_before_a_fifth_has_changed(postgresql_url: str):
    store = Store(postgresql_url)
    asked = text("SELECT relname, reloptions FROM pg_class WHERE relname IN ('status', 'event')")
    with store.reading() as transaction:
        settings = {row.relname: row.reloptions for row in transaction.connection.execute(asked)}
    store.close()
    assert "autovacuum_vacuum_scale_factor=0.01" in settings["status"]
    assert "autovacuum_vacuum_insert_scale_factor=0.02" in settings["event"]


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(blank_url: str):
    migrate.upgrade(blank_url)
    store = Store(blank_url)
    people = add_domain_with_people(store)
    migrate.upgrade(blank_url)
    with store.reading() as transaction:
        assert transaction.directory.people(1) == people
    store.close()
    assert migrate.differences(blank_url) == []


def test_upgrades_at_once_take_turns(blank_url: str):
    at_once([partial(migrate.upgrade, blank_url)] * 4)
    assert migrate.differences(blank_url) == []


def test_an_upgrade_that_fails_leaves_nothing(blank_url: str):
    engine = connect(blank_url)
    with engine.connect().execution_options(presently_writes=True) as connection, connection.begin():
        connection.execute(text("CREATE TABLE event (id INTEGER)"))
    with pytest.raises(Exception, match="event"):
        migrate.upgrade(blank_url)
    assert inspect(engine).get_table_names() == ["event"]
    engine.dispose()


def test_a_store_that_cannot_be_reached_is_not_upgraded():
    with pytest.raises(OperationalError):
        migrate.upgrade("postgresql://nobody@127.0.0.1:1/nothing")


def test_events_of_people_who_still_exist_get_their_domain(blank_url: str):
    migrate.upgrade(blank_url, to="2026_11_21_places")
    engine = connect(blank_url)
    with engine.begin() as connection:
        for statement in (
            "INSERT INTO domain (id, name, zone) VALUES (7, 'example.com', 'UTC')",
            (
                "INSERT INTO person (id, domain_id, user_id, email, name, is_administrator) "
                "VALUES (1, 7, 'u1', 'u1@example.com', 'Person 1', false)"
            ),
            (
                "INSERT INTO event (kind, person_id, committed_at, actor) VALUES "
                "('PROMOTED', 1, '2026-01-01 00:00:00', 'time'), ('PROMOTED', 2, '2026-01-01 00:00:00', 'time')"
            ),
        ):
            connection.execute(text(statement))
    migrate.upgrade(blank_url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT person_id, domain_id FROM event ORDER BY person_id")).all()
    engine.dispose()
    assert found == [(1, 7), (2, None)]


class TestTheWayBack:
    BEFORE = "2026_11_21_what_events_tell"

    def filled(self, url: str, *statuses: Status) -> Store:
        migrate.upgrade(url)
        store = Store(url)
        keep(store, add_domain_with_people(store)[0], *statuses)
        return store

    def test_keeps_every_status_and_what_clients_know_it_by(self, blank_url: str):
        """Of two, each has the id that the other had before."""
        mail = an_auto_reply()
        muted = a_status(id="muted", auto_reply=mail, is_muted=True, sequence=3)
        answering = a_reserved_status(id="answering", place=Place.OOF, auto_reply=mail)
        known = a_status(id="first", works_id="second"), a_status(id="second", works_id="first", place=None)
        store = self.filled(blank_url, *known, muted, answering)
        migrate.downgrade(blank_url, to=self.BEFORE)
        rows = text("SELECT id, place, auto_reply_id IS NOT NULL AS answers FROM status ORDER BY id")
        with store.reading() as transaction:
            found = [(row.id, row.place, bool(row.answers)) for row in transaction.connection.execute(rows)]
        assert found == [
            ("answering", "oof", True),
            ("first", "works", False),
            ("muted", "works", False),
            ("second", "works", False),
        ]
        migrate.upgrade(blank_url)
        assert {status.id for status in statuses_of(store, people_of(store)[0])} == {row[0] for row in found}
        assert migrate.differences(blank_url) == []
        store.close()

    def test_is_refused_where_it_would_lose_a_status(self, blank_url: str):
        ahead = a_reserved_status(id="works"), a_reserved_status(id="plan", place=None)
        store = self.filled(blank_url, *ahead)
        with pytest.raises(migrate.NoWayBack, match=r"^u1@example\.com has several statuses ahead"):
            migrate.downgrade(blank_url, to=self.BEFORE)
        assert {status.id for status in statuses_of(store, people_of(store)[0])} == {"works", "plan"}
        assert migrate.differences(blank_url) == []
        store.close()

    @pytest.mark.parametrize(
        ("people", "named"),
        [
            (2, "u1@example.com and u2@example.com have"),
            (3, "u1@example.com, u2@example.com and u3@example.com have"),
            (4, "u1@example.com, u2@example.com, u3@example.com and 1 other have"),
            (5, "u1@example.com, u2@example.com, u3@example.com and 2 others have"),
        ],
    )
    def test_names_the_first_of_those_with_several_statuses_ahead(
        self, blank_url: str, people: int, named: str
    ):
        migrate.upgrade(blank_url)
        store = Store(blank_url)
        for number, person in enumerate(add_domain_with_people(store)[:people]):
            ahead = (a_reserved_status(id=f"{number}-{each}", place=None) for each in range(2))
            keep(store, person, *ahead)
        with pytest.raises(migrate.NoWayBack) as refused:
            migrate.downgrade(blank_url, to=self.BEFORE)
        assert str(refused.value).startswith(f"{named} several statuses ahead, ")
        store.close()

    @pytest.mark.parametrize(
        ("to", "reason"),
        [
            ("2026_11_20_people", "no way back from 2026_11_21_what_events_tell"),
            ("2026_01_01_nothing", "not past a migration 2026_01_01_nothing"),
            ("head", "not past a migration head"),
        ],
    )
    def test_leads_to_where_a_migration_says_how(self, blank_url: str, to: str, reason: str):
        migrate.upgrade(blank_url)
        with pytest.raises(migrate.NoWayBack, match=reason):
            migrate.downgrade(blank_url, to=to)
        assert migrate.differences(blank_url) == []


def test_of_two_out_of_offices_the_one_written_last_keeps_the_place(blank_url: str):
    """The former rules gave nobody two. If they did, an upgrade must neither fail nor lose one."""
    migrate.upgrade(blank_url, to=TestTheWayBack.BEFORE)
    store = Store(blank_url)
    row = text(
        "INSERT INTO status (id, person_id, schedule_type, profile_status_id, in_force_at, place, sequence) "
        "VALUES (:id, 1, 'PRESENT', 'ABSENCE', '2026-01-01 00:00:00', :place, :sequence)"
    )
    rows = [("a", "oof", 1), ("b", "oof", 3), ("c", "oof", 3), ("d", "works", 4)]
    with store.writing() as transaction:
        for statement in (
            "INSERT INTO domain (id, name, zone) VALUES (1, 'example.com', 'UTC')",
            (
                "INSERT INTO person (id, domain_id, user_id, email, name, is_administrator) "
                "VALUES (1, 1, 'u1', 'u1@example.com', 'Person 1', false)"
            ),
        ):
            transaction.connection.execute(text(statement))
        said = [dict(zip(("id", "place", "sequence"), values, strict=True)) for values in rows]
        transaction.connection.execute(row, said)
    migrate.upgrade(blank_url)
    with store.reading() as transaction:
        found = transaction.connection.execute(text("SELECT id, place FROM status ORDER BY id")).all()
    store.close()
    assert found == [("a", None), ("b", None), ("c", "oof"), ("d", "works")]


def people_of(store: Store) -> list[Person]:
    with store.reading() as transaction:
        return transaction.directory.people(1)
