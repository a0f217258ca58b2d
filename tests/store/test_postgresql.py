"""The timeouts of waiting for PostgreSQL."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import OperationalError

from store import migrate, postgresql
from store.postgresql import UNLIMITED, LimitedConnection, Limits, taking_time
from store.store import Store
from tests.store.builders import add_domain_with_people, situation

SHORT, LONG = timedelta(milliseconds=300), timedelta(minutes=1)


@contextmanager
def opened(
    url: str, *, lock: timedelta = LONG, statement: timedelta = LONG, answer: timedelta = LONG
) -> Iterator[Store]:
    """Open a store with these limits."""
    limits = Limits(connect=LONG, ping=LONG, lock=lock, statement=statement, answer=answer)
    store = Store(url, pool_size=2, limits=limits)
    yield store
    store.close()


def sleep(connection: Connection, span: timedelta) -> None:
    """Make PostgreSQL sleep."""
    connection.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": span.total_seconds()})


def backend(store: Store) -> int:
    """Return the pid of the server process of the connection."""
    with store.reading() as transaction:
        number: int = transaction.connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    return number


def test_a_server_that_says_nothing_is_given_up_with_its_connection(postgresql_url: str):
    with opened(postgresql_url, answer=SHORT) as store:
        before = backend(store)
        with pytest.raises(OperationalError, match="timeout"), store.writing() as transaction:
            sleep(transaction.connection, LONG)
        assert backend(store) != before


def test_the_first_answer_is_waited_for_less_long_than_the_others(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
):
    """A reader whose connection was used a moment ago notices a frozen server by its only statement."""
    monkeypatch.setattr(postgresql, "_IDLE_SECONDS", LONG.total_seconds())  # however slow this machine is
    limits = Limits(connect=LONG, ping=LONG, answer=LONG, first_answer=SHORT)
    with closing(Store(postgresql_url, pool_size=1, limits=limits)) as store:
        before = backend(store)
        with store.reading() as transaction:
            transaction.now()
            sleep(transaction.connection, 2 * SHORT)
        assert backend(store) == before
        with pytest.raises(OperationalError, match="timeout"), store.reading() as transaction:
            sleep(transaction.connection, 10 * SHORT)
        assert backend(store) != before


def test_a_statement_that_takes_too_long_is_given_up_by_the_server(postgresql_url: str):
    with opened(postgresql_url, statement=SHORT) as store:
        before = backend(store)
        with pytest.raises(OperationalError) as failure, store.writing() as transaction:
            sleep(transaction.connection, LONG)
        assert isinstance(failure.value.orig, errors.QueryCanceled)
        assert backend(store) == before


def test_a_lock_that_somebody_else_has_is_not_waited_for(postgresql_url: str):
    with opened(postgresql_url, lock=SHORT) as store:
        person = add_domain_with_people(store)[0]
        with store.writing() as other, store.session() as session:
            situation(other, person.id)
            with pytest.raises(OperationalError) as failure, session.writing() as transaction:
                situation(transaction, person.id)
        assert isinstance(failure.value.orig, errors.LockNotAvailable)


def test_what_is_done_to_a_whole_domain_may_take_its_time(postgresql_url: str):
    with opened(postgresql_url, statement=SHORT, answer=SHORT) as store:
        with store.writing() as transaction, taking_time(transaction.connection):
            sleep(transaction.connection, 2 * SHORT)
        with pytest.raises(OperationalError), store.writing() as transaction:
            sleep(transaction.connection, LONG)


def test_taking_time_is_nothing_special_on_sqlite(sqlite_url: str):
    store = Store(sqlite_url)
    with store.writing() as transaction, taking_time(transaction.connection):
        assert transaction.connection.execute(text("SELECT 1")).scalar_one() == 1
    store.close()


def test_without_limits_the_server_is_told_of_none():
    assert not UNLIMITED.options


def test_a_connection_that_the_server_has_ended_is_replaced_before_it_is_used(postgresql_url: str):
    with opened(postgresql_url) as store:
        before = backend(store)
        with psycopg.connect(postgresql_url, autocommit=True) as other:
            ended = other.execute("SELECT pg_terminate_backend(%s, 5000)", (before,)).fetchone()
        assert ended == (True,)
        assert backend(store) != before


def test_a_connection_in_use_is_not_tested_by_a_round_trip(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
):
    pings: list[LimitedConnection] = []
    monkeypatch.setattr(LimitedConnection, "ping", lambda connection: pings.append(connection))  # noqa: PLW0108 (it binds)
    with opened(postgresql_url) as store:
        before = backend(store)
        assert [backend(store) for _ in range(10)] == [before] * 10
        assert not pings
        monkeypatch.setattr(postgresql, "_IDLE_SECONDS", 0.0)
        assert backend(store) == before
        assert len(pings) == 1


def test_a_notice_does_not_end_a_connection(postgresql_url: str):
    """Its socket can be read, so it is tested, and it works."""
    with opened(postgresql_url) as store:
        with store.writing() as transaction:
            transaction.connection.execute(text("LISTEN trial"))
        before = backend(store)
        with psycopg.connect(postgresql_url, autocommit=True) as other:
            other.execute("NOTIFY trial")
        assert backend(store) == before


@pytest.mark.parametrize("blank_url", ["postgresql"], indirect=True)
def test_times_are_read_whatever_form_the_database_gives_them(blank_url: str):
    """A database, a role or a server may have other defaults than PostgreSQL's own."""
    migrate.upgrade(blank_url)
    database = make_url(blank_url).database
    with psycopg.connect(blank_url, autocommit=True) as other:
        for said in (
            "datestyle = 'German, DMY'",
            "timezone = 'Asia/Kolkata'",
            "default_transaction_isolation = serializable",
        ):
            other.execute(f"ALTER DATABASE {database} SET {said}")
    with opened(blank_url) as store:
        person = add_domain_with_people(store)[0]
        with store.writing() as transaction:
            assert situation(transaction, person.id).now.utcoffset() == timedelta(0)
            level = transaction.connection.execute(text("SHOW transaction_isolation")).scalar_one()
        assert level == "read committed"
