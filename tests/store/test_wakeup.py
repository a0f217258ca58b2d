import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta

import psycopg
import pytest
from sqlalchemy import text

from domain.directory import Person
from domain.out_of_office import State
from domain.status import Draft
from store.store import Store
from store.wakeup import LONGEST_SLEEP, POLL, NotifyListener
from tests.builders import DAY, INSTANT, NINE, SEOUL, SOMEBODY, HandClock, a_draft, an_out_of_office
from tests.store.builders import change, change_out_of_office
from tests.writes import post

#: Far longer than any of these tests may take.
LONG = timedelta(minutes=1)

#: How long a test waits for something that must not come.
SHORT = timedelta(milliseconds=100)

SOON = NINE + LONGEST_SLEEP

Writer = Callable[[Draft], None]


def reserved(starts_at: datetime) -> Draft:
    return a_draft(starts_at=starts_at, ends_at=NINE + 2 * DAY)


@pytest.fixture
def store(postgresql_url: str) -> Iterator[Store]:
    """Give a store on PostgreSQL, where it is nine o'clock."""
    opened = Store(postgresql_url, clock=HandClock())
    yield opened
    opened.close()


@pytest.fixture
def posted(store: Store, person: Person) -> Writer:
    """Return a function that posts."""

    def write(draft: Draft) -> None:
        with store.writing() as transaction:
            change(transaction, person.id, lambda statuses, now: post(statuses, draft, now)[0], by=SOMEBODY)

    return write


@pytest.fixture
def listener(postgresql_url: str) -> Iterator[NotifyListener]:
    """Give an listener that listens to it."""
    with closing(NotifyListener(postgresql_url)) as listening:
        yield listening


def test_who_sleeps_is_woken_by_what_falls_due_soon(listener: NotifyListener, posted: Writer):
    with ThreadPoolExecutor(1) as thread:
        sleeping = thread.submit(listener.sleep, LONG)
        posted(reserved(SOON))
        assert sleeping.result(timeout=30) == [SOON]


@pytest.mark.parametrize(
    ("draft", "moments"),
    [
        (reserved(SOON), [SOON]),
        (reserved(SOON.astimezone(SEOUL)), [SOON]),
        (a_draft(ends_at=SOON), [SOON]),
        # Beat polls again after a second of sleep at most; the other second is for clocks that differ.
        (reserved(NINE + 2 * LONGEST_SLEEP), [NINE + 2 * LONGEST_SLEEP]),
        (reserved(NINE + 2 * LONGEST_SLEEP + INSTANT), []),
        (reserved(NINE + DAY), []),
        (a_draft(ends_at=NINE + DAY), []),
        (a_draft(), []),
    ],
)
def test_only_what_falls_due_soon_is_announced(
    listener: NotifyListener, posted: Writer, draft: Draft, moments: list[datetime]
):
    posted(draft)
    assert listener.sleep(LONG if moments else SHORT) == moments


def test_an_out_of_office_is_announced_as_well(listener: NotifyListener, store: Store, person: Person):
    setting = an_out_of_office(State.SCHEDULED, starts_at=SOON)
    with store.writing() as transaction:
        change_out_of_office(transaction, person.id, lambda _: setting, by=SOMEBODY)
    assert listener.sleep(LONG) == [SOON]


def test_nothing_is_announced_of_what_was_not_committed(
    listener: NotifyListener, store: Store, person: Person
):
    def fail() -> None:
        with store.writing() as transaction:
            soon = reserved(SOON)
            change(transaction, person.id, lambda statuses, now: post(statuses, soon, now)[0], by=SOMEBODY)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert listener.sleep(SHORT) == []


def test_no_announcement_is_missed_between_two_sleeps(listener: NotifyListener, posted: Writer):
    posted(reserved(SOON))
    posted(reserved(SOON + INSTANT))
    notices: list[datetime] = []
    while len(notices) < 2:
        notices += listener.sleep(LONG)
    assert notices == [SOON, SOON + INSTANT]


def test_a_lost_connection_is_noticed_in_sleep(listener: NotifyListener, store: Store):
    end_all_others = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE query LIKE 'LISTEN%' AND datname = current_database()"
    )
    with store.reading() as transaction:
        transaction.connection.execute(end_all_others)
    with pytest.raises(psycopg.OperationalError):
        listener.sleep(LONG)


def test_without_a_database_there_is_nothing_to_hear():
    with pytest.raises(psycopg.OperationalError):
        NotifyListener("postgresql://nobody@127.0.0.1:1/nothing")


def test_on_sqlite_the_poll_is_all_there_is(sqlite_url: str):
    began = time.monotonic()
    with closing(NotifyListener(sqlite_url)) as listener:
        assert listener.sleep(LONG) == []
    slept = timedelta(seconds=time.monotonic() - began)
    assert POLL <= slept < LONG


@pytest.mark.parametrize("nonsense", ["", "soon", "2026-11-21T09:00:00"])
def test_who_announces_nonsense_only_wakes(listener: NotifyListener, store: Store, nonsense: str):
    with store.writing() as transaction:
        transaction.connection.execute(text("SELECT pg_notify('presently_due', :it)"), {"it": nonsense})
    assert listener.sleep(LONG) == []


def test_a_pause_that_is_over_is_none(store_url: str):
    with closing(NotifyListener(store_url)) as listener:
        assert listener.sleep(-LONG) == []


@pytest.mark.alone
def test_on_sqlite_a_pause_shorter_than_the_poll_is_kept(sqlite_url: str):
    began = time.monotonic()
    with closing(NotifyListener(sqlite_url)) as listener:
        listener.sleep(timedelta(0))
    assert timedelta(seconds=time.monotonic() - began) < POLL
