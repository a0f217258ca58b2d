"""Statements that run on psycopg itself."""

from collections.abc import Callable
from datetime import datetime
from traceback import format_exception

import pytest
from psycopg import errors
from sqlalchemy import Connection, bindparam, event, select, text
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InternalError,
    OperationalError,
    SQLAlchemyError,
    StatementError,
)

from store import tables
from store.driver import run
from store.store import Session, Store
from store.types import UtcMoment
from tests.store.builders import add_domain_with_people

NAMES = select(tables.domain.c.name, tables.domain.c.zone)
END_OF_SERVER = text("SELECT pg_terminate_backend(pg_backend_pid())")
WRITE = text("INSERT INTO domain (name, zone) VALUES ('example.net', 'Asia/Seoul')")


def write_where_none_is_allowed(store: Store) -> None:
    with store.session() as session, session.writing() as transaction:
        run(transaction.connection, text("SET TRANSACTION READ ONLY"))
        run(transaction.connection, WRITE)


def add_domains(session: Session, *names: str) -> None:
    with session.writing() as transaction:
        for name in names:
            transaction.directory.add_domain(name, "Asia/Seoul")


def test_rows_have_names_and_belong_to_the_transaction(store: Store):
    with store.writing() as transaction:
        transaction.directory.add_domain("example.com", "Asia/Seoul")
        (row,) = run(transaction.connection, NAMES)
    assert (row.name, row.zone) == ("example.com", "Asia/Seoul")


def test_a_listener_hears_of_the_statement(store: Store):
    heard: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *call: heard.append(call[2]))
    with store.reading() as transaction:
        assert run(transaction.connection, NAMES) == []
    assert any("domain.zone" in statement for statement in heard)


def test_a_lost_connection_is_an_outage_and_the_next_transaction_has_another(postgresql_url: str):
    store = Store(postgresql_url)
    people = add_domain_with_people(store)
    with store.session() as session:
        with pytest.raises(OperationalError) as failure, session.writing() as transaction:
            run(transaction.connection, END_OF_SERVER)
        with session.writing() as transaction:
            assert transaction.directory.people(1) == people
    store.close()
    assert isinstance(failure.value.orig, errors.AdminShutdown)
    assert failure.value.connection_invalidated


def test_a_refused_write_is_the_error_that_sqlalchemy_makes_of_it(postgresql_url: str):
    store = Store(postgresql_url)
    with pytest.raises(InternalError) as failure:
        write_where_none_is_allowed(store)
    with store.reading() as transaction:
        assert transaction.directory.is_empty()
    store.close()
    assert isinstance(failure.value.orig, errors.ReadOnlySqlTransaction)


def test_each_block_of_a_session_is_a_transaction_of_its_own(store: Store):
    with store.session() as session:
        add_domains(session, "example.com")
        with pytest.raises(SQLAlchemyError):
            add_domains(session, "example.org", "example.com")
        with session.reading() as transaction:
            assert [row.name for row in run(transaction.connection, NAMES)] == ["example.com"]


PRIVATE = "sesame-open"
UNKNOWN_TABLE = text("SELECT 1 FROM nowhere WHERE name = :name")


@pytest.mark.parametrize("execute", [run, Connection.execute])
def test_the_error_of_a_statement_names_none_of_its_values(store: Store, execute: Callable[..., object]):
    """Logs keep errors, and people's messages and replies are among the values."""
    with pytest.raises(DBAPIError) as failure, store.reading() as transaction:
        execute(transaction.connection, UNKNOWN_TABLE, {"name": PRIVATE})
    told = "".join(format_exception(failure.value))
    assert "nowhere" in told
    assert PRIVATE not in told


def test_the_error_of_a_value_that_cannot_be_names_none_of_them(store: Store):
    given = {"name": PRIVATE, "at": datetime(2026, 3, 16)}
    statement = text("SELECT :name, :at").bindparams(bindparam("at", type_=UtcMoment))
    with pytest.raises(StatementError) as failure, store.reading() as transaction:
        run(transaction.connection, statement, given)
    assert PRIVATE not in "".join(format_exception(failure.value))


@pytest.mark.parametrize("execute", [run, Connection.execute])
def test_neither_does_postgresql_tell_the_row_that_breaks_a_rule(
    postgresql_url: str, execute: Callable[..., object]
):
    store = Store(postgresql_url)
    statement = text("INSERT INTO domain (name, zone) VALUES (:name, NULL)")
    with pytest.raises(IntegrityError) as failure, store.writing() as transaction:
        execute(transaction.connection, statement, {"name": PRIVATE})
    store.close()
    told = "".join(format_exception(failure.value))
    assert 'null value in column "zone"' in told
    assert PRIVATE not in told
