"""The past of a stored person, as it is computed from events, and lists of events."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.directory import Person
from domain.events import Author, EventKind
from domain.history import Layer, Past, Position, Record, Search, layers_at, spells
from domain.status import Draft
from domain.timeline import as_of, delete
from store.store import Store
from tests.builders import (
    DAY,
    HOUR,
    INSTANT,
    MINUTE,
    NINE,
    SOMEBODY,
    HandClock,
    a_draft,
    an_auto_reply,
    an_out_of_office,
)
from tests.domain.histories import Step, steps
from tests.store.builders import carry_out, change, change_out_of_office, drain, statuses_of, wipe
from tests.writes import post, put

LEAVE = a_draft("ABSENCE", starts_at=NINE + HOUR, ends_at=NINE + 2 * HOUR)


def past(store: Store, person: Person, since: datetime, until: datetime | None = None) -> Past:
    with store.reading() as transaction:
        return transaction.history.past(person.id, since=since, until=until or since + INSTANT)


def shown(store: Store, person: Person, at: datetime) -> tuple[Layer, ...]:
    found = past(store, person, at)
    return layers_at(spells(found.present, found.records), at)


def posted(store: Store, person: Person, draft: Draft, *, by: Author = SOMEBODY) -> None:
    with store.writing() as transaction:
        change(transaction, person.id, lambda statuses, now: post(statuses, draft, now)[0], by=by)


def told(store: Store, person: Person, *, before: Position | None = None, limit: int = 100) -> list[Record]:
    with store.reading() as transaction:
        return transaction.history.of_person(1, person.id, before=before, limit=limit)


def audit(store: Store, *, domain: int = 1, **said: Any) -> list[str]:
    """Return the actors of the events that are found."""
    limits = {"before": said.pop("before", None), "limit": said.pop("limit", 100)}
    with store.reading() as transaction:
        found = transaction.history.of_domain(domain, Search(**said), **limits)
    return [one.record.actor for one in found]


class TestThePast:
    @pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(steps, st.lists(st.tuples(st.integers(0, 60), st.booleans()), max_size=4))
    def test_is_at_any_moment_what_a_reader_was_shown_then(
        self,
        store: Store,
        clock: HandClock,
        person: Person,
        life: Sequence[tuple[timedelta, Step]],
        quarters: Sequence[tuple[int, bool]],
    ):
        wipe(store)
        clock.now = NINE
        read: list[tuple[datetime, tuple[Layer, ...]]] = []
        moments = sorted(
            NINE + number * 15 * MINUTE + INSTANT * just_after for number, just_after in quarters
        )

        def look_until(until: datetime) -> None:
            while moments and moments[0] < until:
                at = moments.pop(0)
                in_force = as_of(statuses_of(store, person), at).in_force
                read.append((at, tuple(Layer.of(status) for status in in_force)))

        for span, step in life:
            look_until(clock.now + span)
            clock.advance(span)
            if step is None:
                drain(store)
            else:
                carry_out(store, person, step)
        look_until(NINE + 99 * DAY)
        assert [(at, shown(store, person, at)) for at, _ in read] == read

    def test_tells_a_status_before_and_after_it_was_changed(
        self, store: Store, clock: HandClock, person: Person
    ):
        posted(store, person, a_draft("BUSY", message="In a meeting", auto_reply=an_auto_reply()))
        (status,) = statuses_of(store, person)
        clock.advance(HOUR)
        rewritten = a_draft("AWAY", ends_at=NINE + 3 * HOUR)
        with store.writing() as transaction:
            change(
                transaction,
                person.id,
                lambda statuses, now: put(statuses, status.id, rewritten, now)[0],
                by=SOMEBODY,
            )
        clock.advance(DAY)
        drain(store)
        assert shown(store, person, NINE) == (Layer.of(status),)
        (later,) = shown(store, person, NINE + HOUR)
        assert (later.profile_status_id, later.message, later.answers_mail) == ("AWAY", None, False)
        assert shown(store, person, NINE + 3 * HOUR) == ()
        ended, changed, written = told(store, person)
        assert (written.before, written.after) == (None, Layer.of(status))
        assert (changed.before, changed.after) == (Layer.of(status), later)
        assert changed.changed == frozenset({"profile_status_id", "message", "ends_at", "auto_reply"})
        assert (ended.before, ended.after, ended.lateness) == (later, None, DAY - 2 * HOUR)

    def test_needs_no_events_from_before(self, store: Store, clock: HandClock, person: Person):
        """A leave that was booked years ago is told by the event of its end."""
        posted(store, person, LEAVE)
        (leave,) = statuses_of(store, person)
        clock.advance(HOUR + MINUTE)
        with store.writing() as transaction:
            transaction.events.forget(clock.now, limit=500)
        clock.advance(DAY)
        drain(store)
        assert shown(store, person, NINE + HOUR + MINUTE) == (Layer.of(leave),)

    def test_is_known_from_where_no_event_is_missing(self, store: Store, person: Person):
        posted(store, person, a_draft())
        assert past(store, person, NINE).known_from is None
        with store.writing() as transaction:
            transaction.events.forget(NINE, limit=500)
        assert past(store, person, NINE).known_from is None
        for moment in (NINE + HOUR, NINE + 2 * HOUR, NINE + HOUR):
            posted(store, person, a_draft(message=str(moment)))
            with store.writing() as transaction:
                transaction.events.forget(moment, limit=500)
        assert past(store, person, NINE).known_from == NINE + 2 * HOUR

    def test_is_known_from_the_oldest_of_as_many_events_as_are_read(
        self, store: Store, clock: HandClock, person: Person, monkeypatch: pytest.MonkeyPatch
    ):
        for message in ("one", "two", "three"):
            posted(store, person, a_draft(message=message))
            clock.advance(HOUR)
        monkeypatch.setattr("store.history.MOST", 3)
        found = past(store, person, NINE - HOUR)
        assert found.known_from == NINE + HOUR
        (layer,) = layers_at(spells(found.present, found.records), NINE + HOUR)
        assert layer.message == "two"

    def test_and_the_future_hold_only_what_touches_them(self, store: Store, person: Person):
        posted(store, person, a_draft(ends_at=NINE + HOUR))
        posted(store, person, LEAVE)
        assert len(past(store, person, NINE, NINE + HOUR + INSTANT).present) == 2
        (busy,) = past(store, person, NINE, NINE + HOUR).present
        (leave,) = past(store, person, NINE + HOUR, NINE + DAY).present
        assert (busy.profile_status_id, leave.profile_status_id) == ("BUSY", "ABSENCE")


def test_a_reply_from_before_its_answers_were_stored_is_read(store: Store, person: Person):
    posted(store, person, replace(LEAVE, auto_reply=an_auto_reply()))
    posted(store, person, a_draft(auto_reply=an_auto_reply(internal=None, external=None)))
    with store.writing() as transaction:
        transaction.connection.exec_driver_sql("UPDATE auto_reply SET answers = NULL")
    found = past(store, person, NINE - INSTANT, NINE + DAY)
    told_by_statuses = {layer.profile_status_id: layer.answers_mail for layer in found.present}
    told_by_events = {
        record.told.profile_status_id: record.told.answers_mail for record in found.records if record.told
    }
    assert told_by_statuses == told_by_events == {"ABSENCE": True, "BUSY": False}


class TestAHistory:
    def test_is_told_newest_first_in_pages(self, store: Store, clock: HandClock, person: Person):
        for number in range(5):
            posted(store, person, a_draft(message=str(number)))
            clock.advance((number % 2) * HOUR)
        whole = told(store, person)
        assert [record.id for record in whole] == sorted((record.id for record in whole), reverse=True)
        paged: list[Record] = []
        while page := told(
            store, person, before=(paged[-1].committed_at, paged[-1].id) if paged else None, limit=2
        ):
            paged += page
        assert paged == whole

    def test_tells_who_caused_each_change(self, store: Store, person: Person):
        posted(store, person, a_draft(), by=Author("hr-sync", "request-7", client="c1", job="j1"))
        (record,) = told(store, person)
        assert (record.actor, record.request_id, record.client, record.job) == (
            "hr-sync",
            "request-7",
            "c1",
            "j1",
        )
        assert (record.kind, record.due_at, record.lateness) == (EventKind.PRESENTED, None, None)

    def test_of_remembered_texts_has_no_status(self, store: Store, person: Person):
        with store.writing() as transaction:
            change_out_of_office(
                transaction, person.id, lambda setting: an_out_of_office(setting.state), by=SOMEBODY
            )
        (record,) = told(store, person)
        assert (record.kind, record.before, record.after) == (EventKind.REMEMBERED, None, None)

    def test_of_another_domain_is_empty(self, store: Store, person: Person):
        posted(store, person, a_draft())
        with store.reading() as transaction:
            assert transaction.history.of_person(2, person.id, limit=9) == []


class TestAnAudit:
    @pytest.fixture
    def busy(self, store: Store, clock: HandClock, people: list[Person]) -> Store:
        """Return a store with changes of two people: by u1, hr and hr's job, an hour apart."""
        posted(store, people[0], a_draft(), by=Author("u1"))
        clock.advance(HOUR)
        posted(store, people[1], a_draft(ends_at=NINE + 2 * HOUR), by=Author("hr"))
        clock.advance(HOUR)
        posted(store, people[1], a_draft("AWAY"), by=Author("hr in a job", job="j1"))
        return store

    @pytest.mark.parametrize(
        ("said", "found"),
        [
            # What time did is not told.
            ({}, ["hr in a job", "hr", "u1"]),
            ({"person": 2}, ["hr in a job", "hr"]),
            ({"actor": "hr"}, ["hr"]),
            ({"job": "j1"}, ["hr in a job"]),
            ({"since": NINE + HOUR}, ["hr in a job", "hr"]),
            ({"until": NINE + HOUR}, ["u1"]),
            ({"since": NINE + INSTANT, "until": NINE + 2 * HOUR}, ["hr"]),
            ({"person": 1, "actor": "hr"}, []),
            ({"limit": 2}, ["hr in a job", "hr"]),
            ({"domain": 2}, []),
        ],
    )
    def test_finds_what_callers_did(self, busy: Store, said: dict[str, Any], found: list[str]):
        assert audit(busy, **said) == found

    def test_names_the_people(self, busy: Store):
        with busy.reading() as transaction:
            first, *_ = transaction.history.of_domain(1, Search(actor="u1"), limit=1)
        assert (first.email, first.name, first.record.person_id) == ("u1@example.com", "Person 1", 1)

    def test_tells_what_was_deleted(self, store: Store, person: Person):
        posted(store, person, a_draft(), by=Author("u1"))
        with store.writing() as transaction:
            change(
                transaction,
                person.id,
                lambda statuses, now: delete(statuses, statuses[0].id, now),
                by=Author("u2"),
            )
        assert audit(store) == ["u2", "u1"]
