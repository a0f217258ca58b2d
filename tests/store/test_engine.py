import os
import sqlite3
import stat
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from store.engine import BadStoreUrl, connect, execute_when_free, parse_url, read_clock
from store.store import Store
from tests.store.builders import add_domain_with_people


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:///data/presently.sqlite3", "sqlite+pysqlite"),
        ("sqlite:////var/lib/presently.sqlite3", "sqlite+pysqlite"),
        ("postgresql://somebody:secret@db/presently", "postgresql+psycopg"),
        ("postgres://db/presently", "postgresql+psycopg"),
        ("postgresql+psycopg2://db/presently", "postgresql+psycopg"),
    ],
)
def test_a_store_is_a_sqlite_file_or_a_postgresql_database(url: str, driver: str):
    assert parse_url(url).drivername == driver


@pytest.mark.parametrize(
    "url",
    [
        "",
        "presently.sqlite3",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://db/presently",
        "redis://localhost",
        "postgresql://db:port/presently",
    ],
)
def test_no_other_store_will_do(url: str):
    with pytest.raises(BadStoreUrl, match="neither"):
        Store(url)


def test_a_bad_url_is_refused_without_its_password():
    with pytest.raises(BadStoreUrl) as refusal:
        parse_url("mysql://somebody:secret@db/presently")
    assert "secret" not in str(refusal.value)


class Recovering:
    """A connection to a file that another process is recovering after a crash, for a while."""

    looks = 0

    def execute(self, _statement: str) -> None:
        self.looks += 1
        if self.looks <= 3:
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = sqlite3.SQLITE_BUSY_RECOVERY
            raise error


def test_who_finds_a_file_in_recovery_waits_for_it():
    connection = Recovering()
    execute_when_free(connection, "BEGIN IMMEDIATE")
    assert connection.looks == 4


def test_the_clock_is_the_databases_and_in_utc(store_url: str):
    store = Store(store_url)
    with store.reading() as transaction:
        first, second = transaction.now(), transaction.now()
    store.close()
    assert first.tzinfo is UTC
    assert timedelta(0) <= second - first < timedelta(seconds=10)


def test_the_clock_goes_on_within_a_transaction(store_url: str):
    store = Store(store_url, clock=read_clock)
    with store.reading() as transaction:
        first = transaction.now()
        while transaction.now() == first:
            pass
    store.close()


def test_sqlite_is_opened_so_that_readers_and_writers_do_not_wait_for_each_other(sqlite_url: str):
    store = Store(sqlite_url)
    with store.reading() as transaction:
        pragmas = {
            name: transaction.connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 5000}
    store.close()


def test_a_reader_sees_what_was_there_while_somebody_writes(store: Store):
    with store.writing() as writing:
        writing.directory.add_domain("example.com", "Asia/Seoul")
        with store.reading() as reading:
            assert reading.directory.is_empty()
    with store.reading() as reading:
        assert not reading.directory.is_empty()


def test_a_block_that_raises_is_undone(store: Store):
    def fail() -> None:
        with store.writing() as transaction:
            transaction.directory.add_domain("example.com", "Asia/Seoul")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.reading() as transaction:
        assert transaction.directory.is_empty()


def test_a_connection_that_wrote_reads_again(store: Store):
    """On SQLite it must no longer take the write lock."""
    people = add_domain_with_people(store)
    with store.session() as session:
        with session.writing() as transaction:
            transaction.directory.add_domain("example.org", "Asia/Seoul")
        with session.reading() as transaction, store.writing() as writing:
            writing.directory.add_domain("example.net", "Asia/Seoul")
            assert transaction.directory.people(1) == people


def test_a_sqlite_file_that_cannot_be_opened_is_an_outage(tmp_path: Path):
    store = Store(f"sqlite:///{tmp_path / 'missing' / 'presently.sqlite3'}")
    with pytest.raises(OperationalError), store.reading():
        pass


def test_a_new_sqlite_file_is_for_its_owner_only(tmp_path: Path):
    file = tmp_path / "presently.db"
    earlier = os.umask(0o022)
    try:
        engine = connect(f"sqlite:///{file}")
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE one (number INTEGER)")
            found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        engine.dispose()
    finally:
        os.umask(earlier)
    assert found == dict.fromkeys(("presently.db", "presently.db-wal", "presently.db-shm"), 0o600)
