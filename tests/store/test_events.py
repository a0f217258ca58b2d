from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.auto_reply import AutoReply
from domain.directory import Person
from domain.status import Draft
from store import tables
from store.store import Store
from tests.builders import DAY, HOUR, INSTANT, NINE, SOMEBODY, HandClock, a_draft, an_auto_reply
from tests.store.builders import change, drain, events_of
from tests.writes import post, put


def posted(store: Store, person: Person, draft: Draft) -> None:
    with store.writing() as transaction:
        change(transaction, person.id, lambda statuses, now: post(statuses, draft, now)[0], by=SOMEBODY)


def a_leave(auto_reply: AutoReply | None = None) -> Draft:
    return a_draft("ABSENCE", starts_at=NINE + HOUR, ends_at=NINE + 2 * HOUR, auto_reply=auto_reply)


def forget(store: Store, *, limit: int = 500) -> int:
    """Delete the events from before the second day."""
    with store.writing() as transaction:
        return transaction.events.forget(NINE + DAY, limit=limit)


def texts(store: Store) -> int:
    """Count the stored auto-replies."""
    with store.reading() as transaction:
        return transaction.connection.execute(
            select(func.count()).select_from(tables.auto_reply)
        ).scalar_one()


def test_a_text_is_kept_once_for_its_status_and_all_its_events(
    store: Store, clock: HandClock, person: Person
):
    posted(store, person, a_leave(an_auto_reply()))
    clock.advance(HOUR)
    drain(store)
    clock.advance(HOUR)
    drain(store)
    events = events_of(store, person)
    assert [event.kind for event in events] == ["RESERVED", "PROMOTED", "DISABLED"]
    assert {event.auto_reply_id for event in events} == {1}
    assert texts(store) == 1


@pytest.mark.parametrize(
    ("at", "forgotten"),
    [
        # Events from before the second day are deleted…
        (DAY - INSTANT, 1),
        (DAY, 0),
    ],
)
def test_old_events_are_forgotten(
    store: Store, clock: HandClock, person: Person, at: timedelta, forgotten: int
):
    clock.advance(at)
    posted(store, person, a_draft())
    assert forget(store) == forgotten
    assert len(events_of(store, person)) == 1 - forgotten


def test_no_more_are_forgotten_at_a_time_than_the_limit_and_the_oldest_first(
    store: Store, clock: HandClock, people: list[Person]
):
    for person in people[:5]:
        posted(store, person, a_draft())
        clock.advance(HOUR)
    assert forget(store, limit=2) == 2
    assert [len(events_of(store, person)) for person in people[:5]] == [0, 0, 1, 1, 1]
    assert [forget(store, limit=2) for _ in range(3)] == [2, 1, 0]


def test_events_of_the_same_moment_take_their_texts_with_them(
    store: Store, clock: HandClock, people: list[Person]
):
    """A thousand people may be promoted in one transaction, and their events deleted in parts."""
    for person in people:
        posted(store, person, a_draft(ends_at=NINE + HOUR, auto_reply=an_auto_reply(person.name)))
    clock.advance(HOUR)
    drain(store)
    while forget(store, limit=3):
        pass
    assert texts(store) == 0


class TestATextIsForgotten:
    def test_with_the_last_event_that_refers_to_it(self, store: Store, clock: HandClock, person: Person):
        posted(store, person, a_leave(an_auto_reply()))
        clock.advance(2 * DAY)
        drain(store)
        assert (forget(store), texts(store)) == (1, 1)
        with store.writing() as transaction:
            assert transaction.events.forget(NINE + 3 * DAY, limit=500) == 1
        assert texts(store) == 0

    def test_not_before_its_status_is_over(self, store: Store, clock: HandClock, person: Person):
        posted(store, person, a_draft(auto_reply=an_auto_reply()))
        clock.advance(9 * DAY)
        assert (forget(store), texts(store)) == (1, 1)

    def test_with_its_status_when_all_events_are_forgotten_before(
        self, store: Store, clock: HandClock, person: Person
    ):
        posted(store, person, a_draft(auto_reply=an_auto_reply("The first")))
        clock.advance(9 * DAY)
        forget(store)
        posted(store, person, a_draft(auto_reply=an_auto_reply("The second")))
        with store.writing() as transaction:
            transaction.events.forget(NINE + 99 * DAY, limit=500)
        assert texts(store) == 1

    def test_when_a_rewritten_status_has_another_one(self, store: Store, clock: HandClock, person: Person):
        """Nothing refers to the first text once its event is deleted."""
        posted(store, person, a_draft(auto_reply=an_auto_reply("The first")))
        clock.advance(9 * DAY)
        forget(store)
        with store.writing() as transaction:
            (status,) = transaction.statuses.of(person.id)
            rewritten = a_draft(auto_reply=an_auto_reply("The second"))
            change(
                transaction,
                person.id,
                lambda statuses, now: put(statuses, status.id, rewritten, now)[0],
                by=SOMEBODY,
            )
        with store.writing() as transaction:
            transaction.events.forget(NINE + 99 * DAY, limit=500)
        assert texts(store) == 1
