"""On PostgreSQL a store is migrated while others use it: nobody waits for long, and it can be repeated."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from harness.waiting import wait_until
from store import migrate

BEFORE = "2026_11_21_what_events_tell"
INDEX = "ix_status_person_id_in_force_at"
PERSON = """
    INSERT INTO domain (id, name, zone) VALUES (1, 'example.com', 'UTC');
    INSERT INTO person (id, domain_id, user_id, email, name, is_administrator)
        VALUES (1, 1, 'u1', 'u1@example.com', 'Person 1', false)"""
STATUS = """
    INSERT INTO status (id, person_id, schedule_type, profile_status_id, in_force_at, place, sequence)
        VALUES (%s, 1, 'PRESENT', 'BUSY', now(), 'works', 1)"""


@pytest.fixture(params=["postgresql"])
def blank_url(blank_url: str) -> str:
    """Return the URL of a blank database; SQLite locks everybody out anyway."""
    return blank_url


@pytest.fixture
def other(blank_url: str) -> Iterator[psycopg.Connection]:
    """Return the connection of somebody who uses a store that waits for its migration."""
    migrate.upgrade(blank_url, to=BEFORE)
    with psycopg.connect(blank_url, autocommit=True) as connection:
        connection.execute(PERSON)
        connection.execute("SET lock_timeout = '10s'")
        yield connection


def is_migrated(url: str) -> bool:
    return migrate.differences(url) == []


def test_whoever_writes_does_not_wait_behind_a_migration_that_waits(
    blank_url: str, other: psycopg.Connection
):
    with psycopg.connect(blank_url) as reader, ThreadPoolExecutor(1) as thread:
        reader.execute("SELECT count(*) FROM status")  # as a backup does, until its transaction ends
        migrating = thread.submit(migrate.upgrade, blank_url)
        waits = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'status'::regclass"
        wait_until(lambda: other.execute(waits).fetchone() is not None)
        other.execute(STATUS, ["written meanwhile"])
        assert not migrating.done()
        reader.rollback()
        assert migrating.result() == BEFORE
    assert is_migrated(blank_url)
    assert other.execute("SELECT id FROM status").fetchall() == [("written meanwhile",)]


def test_while_an_index_is_built_others_write(blank_url: str, other: psycopg.Connection):
    migrate.upgrade(blank_url, to="2026_11_22_feeds")
    with psycopg.connect(blank_url) as writer, ThreadPoolExecutor(1) as thread:
        writer.execute(STATUS, ["not committed"])  # PostgreSQL waits for its end
        migrating = thread.submit(migrate.upgrade, blank_url)
        builds = "SELECT 1 FROM pg_stat_progress_create_index WHERE datname = current_database()"
        wait_until(lambda: other.execute(builds).fetchone() is not None)
        other.execute(STATUS, ["written meanwhile"])
        assert not migrating.done()
        writer.commit()
        migrating.result()
    assert is_migrated(blank_url)


def test_an_index_that_an_interrupted_build_left_is_built_again(blank_url: str, other: psycopg.Connection):
    migrate.upgrade(blank_url, to="2026_11_22_feeds")
    for number in range(2):
        other.execute(STATUS, [f"one of two: {number}"])
    with pytest.raises(psycopg.errors.UniqueViolation):
        other.execute(f"CREATE UNIQUE INDEX CONCURRENTLY {INDEX} ON status (person_id)")
    migrate.upgrade(blank_url)
    valid = "SELECT indisvalid, indisunique FROM pg_index WHERE indexrelid = %s::regclass"
    assert other.execute(valid, [INDEX]).fetchone() == (True, False)
    assert is_migrated(blank_url)


@pytest.mark.parametrize("steps", [2, 6])
def test_what_is_interrupted_goes_on_where_it_was(blank_url: str, other: psycopg.Connection, steps: int):
    """The process is gone while it builds an index, or before."""
    names: list[str] = []

    def stop_at(name: str) -> None:
        names.append(name)
        if len(names) > steps:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        migrate.upgrade(blank_url, stop_at)
    # As if the one that builds them had been interrupted after its statements.
    migrate.upgrade(blank_url, to="2026_11_22_indexes")
    other.execute("UPDATE alembic_version SET version_num = '2026_11_22_feeds'")
    migrate.upgrade(blank_url)
    migrate.downgrade(blank_url, to=BEFORE)
    assert other.execute("SELECT version_num FROM alembic_version").fetchone() == (BEFORE,)
    migrate.upgrade(blank_url)
    assert is_migrated(blank_url)
