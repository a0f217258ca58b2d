from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

from domain.auto_reply import AutoReply, Reply
from domain.directory import Person
from domain.out_of_office import OutOfOffice, State, Text
from domain.refusals import TooMuchReplyText
from store import tables
from store.store import Store
from tests.builders import DAY, HOUR, INSTANT, SOMEBODY, HandClock, a_draft
from tests.store.builders import change, change_out_of_office, events_of
from tests.writes import post

DAILY = 100


@pytest.fixture
def store(store_url: str, clock: HandClock) -> Iterator[Store]:
    """Open a store with a small daily limit for reply texts."""
    opened = Store(store_url, clock=clock, daily_reply_bytes=DAILY)
    yield opened
    opened.close()


@pytest.fixture
def save(store: Store, person: Person) -> Callable[..., None]:
    """Return a function that saves a text as the person's out-of-office."""

    def saved(html: str, state: State = State.ENABLED, whose: Person = person, **said: Any) -> None:
        wanted = OutOfOffice(state=state, internal=Text(html=html), **said)
        with store.writing() as transaction:
            change_out_of_office(transaction, whose.id, lambda _: wanted, by=SOMEBODY)

    return saved


def answer_mail(store: Store, person: Person, body: str | None) -> None:
    """Post a status with this auto-reply, or without one."""
    reply = None if body is None else AutoReply(internal=Reply(body=body))
    with store.writing() as transaction:
        change(
            transaction,
            person.id,
            lambda statuses, now: post(statuses, a_draft(auto_reply=reply), now)[0],
            by=SOMEBODY,
        )


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """Yield a list of the statements that are executed meanwhile."""
    asked: list[str] = []

    def note(_c: object, _u: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    yield asked
    event.remove(store.engine, "before_cursor_execute", note)


def test_a_days_worth_of_reply_texts_is_stored_and_not_a_byte_more(
    store: Store, person: Person, save: Callable[..., None]
):
    save("x" * (DAILY - 1))
    save("y")
    told = len(events_of(store, person))
    with pytest.raises(TooMuchReplyText):
        save("z")
    assert len(events_of(store, person)) == told
    with store.reading() as transaction:
        assert transaction.connection.scalar(select(func.count()).select_from(tables.auto_reply)) == 2


def test_bytes_are_counted_and_subjects_with_them(save: Callable[..., None]):
    with pytest.raises(TooMuchReplyText):
        save("휴" * (DAILY // 3 + 1))
    with pytest.raises(TooMuchReplyText):
        save("x", external=Text(html="x", subject="y" * (DAILY - 1)))


def test_a_save_without_a_new_text_is_free(save: Callable[..., None], clock: HandClock):
    save("x" * DAILY)
    save("x" * DAILY)
    clock.advance(HOUR)
    window = {"starts_at": clock.now - HOUR, "ends_at": clock.now + HOUR}
    save("x" * DAILY, State.SCHEDULED, **window)
    save("x" * DAILY, State.DISABLED)


def test_a_text_that_is_only_remembered_counts_as_well(save: Callable[..., None]):
    save("x" * DAILY, State.DISABLED)
    with pytest.raises(TooMuchReplyText):
        save("y", State.DISABLED)


def test_each_person_has_a_day_of_their_own(people: list[Person], save: Callable[..., None]):
    for whose in people[:2]:
        save("x" * DAILY, whose=whose)


def test_the_next_day_begins_at_midnight_utc(save: Callable[..., None], clock: HandClock):
    save("x" * DAILY)
    clock.now = clock.now.replace(hour=0) + DAY - INSTANT
    with pytest.raises(TooMuchReplyText) as refused:
        save("y")
    assert refused.value.wait == INSTANT
    clock.advance(INSTANT)
    save("y" * DAILY)


def test_both_dialects_count_together(store: Store, person: Person, save: Callable[..., None]):
    answer_mail(store, person, "x" * (DAILY - 1))
    with pytest.raises(TooMuchReplyText):
        save("yy")
    with pytest.raises(TooMuchReplyText):
        answer_mail(store, person, "yy")


def test_a_change_without_a_reply_asks_the_store_for_nothing_more(store: Store, person: Person):
    with statements(store) as asked:
        answer_mail(store, person, None)
    assert not any("reply_usage" in statement for statement in asked)


def test_a_change_with_a_new_reply_asks_once_more(store: Store, person: Person):
    with statements(store) as asked:
        answer_mail(store, person, "x")
    assert sum("reply_usage" in statement for statement in asked) == 1


def test_a_clock_that_is_set_back_to_yesterday_begins_a_day(save: Callable[..., None], clock: HandClock):
    save("x" * DAILY)
    clock.advance(-timedelta(days=1))
    save("y" * DAILY)
