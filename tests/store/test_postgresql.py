"""The timeouts of waiting for PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from psycopg import errors
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from store.postgresql import UNLIMITED, Limits, taking_time
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
