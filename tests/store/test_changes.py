from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from domain.changes import Change
from domain.directory import Person
from domain.moments import Moment
from domain.out_of_office import NEVER_SET, OutOfOffice, State, Text
from domain.refusals import WindowIsOver
from domain.status import Draft, ScheduleType, Status, draft_of
from domain.timeline import delete
from store import tables
from store.store import Store
from tests.builders import (
    DAY,
    HOUR,
    INSTANT,
    MINUTE,
    NINE,
    SEOUL,
    SOMEBODY,
    HandClock,
    a_draft,
    a_whole_status,
    an_auto_reply,
    an_out_of_office,
)
from tests.store.builders import Rule, change, change_out_of_office, events_of, promote, statuses_of
from tests.writes import post, put

MEETING = a_draft(message="In a meeting", starts_at=(NINE + HOUR).astimezone(SEOUL), ends_at=NINE + 2 * HOUR)


def posting(draft: Draft) -> Rule:
    return lambda statuses, now: post(statuses, draft, now)[0]


def changed(store: Store, person: Person, rule: Rule) -> Change:
    with store.writing() as transaction:
        return change(transaction, person.id, rule, by=SOMEBODY)


def posted(store: Store, person: Person, draft: Draft) -> Status:
    """Post `draft`, and return the resulting status."""
    done = changed(store, person, posting(draft))
    return next(status for status in done.after if status.says(draft))


def saved(store: Store, person: Person, setting: OutOfOffice) -> None:
    with store.writing() as transaction:
        change_out_of_office(transaction, person.id, lambda _: setting, by=SOMEBODY)


def remembered(store: Store, person: Person) -> OutOfOffice:
    with store.reading() as transaction:
        return transaction.reply_texts.of(person.id)


def kinds(store: Store, person: Person) -> list[str]:
    return [event.kind for event in events_of(store, person)]


def test_what_was_written_is_kept_to_the_letter(store: Store, person: Person):
    draft = replace(MEETING, auto_reply=an_auto_reply("부재중입니다.\n回頭見"))
    status = posted(store, person, draft)
    (kept,) = statuses_of(store, person)
    assert kept == status
    assert kept.says(draft)


def test_a_change_leaves_an_event_that_says_everything(store: Store, person: Person):
    status = posted(store, person, MEETING)
    (event,) = events_of(store, person)
    assert event._asdict() == {
        "id": 1,
        "kind": "RESERVED",
        "domain_id": 1,
        "person_id": person.id,
        "due_at": None,
        "committed_at": NINE,
        "actor": SOMEBODY.name,
        "actor_client": None,
        "request_id": SOMEBODY.request_id,
        "job": None,
        "status_id": status.id,
        "schedule_type": "RESERVED",
        "profile_status_id": "BUSY",
        "message": "In a meeting",
        "starts_at": NINE + HOUR,
        "starts_offset": 9 * 3600,
        "ends_at": NINE + 2 * HOUR,
        "ends_offset": 0,
        "auto_reply_id": None,
        "is_muted": False,
        "place": "works",
        "client": None,
        "in_force_at": NINE + HOUR,
        "sequence": 1,
        "wish": None,
        "zone": None,
        "revision": event.revision,
        "before": None,
        "shown_status_id": None,
        "shown_profile_status_id": None,
    }
    assert event.revision > 0


def test_events_keep_every_column_of_their_status(store: Store, clock: HandClock, person: Person):
    status = posted(store, person, draft_of(a_whole_status()))
    clock.advance(HOUR)
    promote(store)
    with store.reading() as transaction:
        (row,) = transaction.connection.execute(select(tables.status)).mappings()
    shared = (set(row) & set(tables.event.columns.keys())) - {"id"}
    as_it_was = {"status_id": status.id} | {name: row[name] for name in shared}
    reserved, promoted = (event._asdict() for event in events_of(store, person))
    assert promoted == promoted | as_it_was
    assert reserved == reserved | as_it_was | {"schedule_type": "RESERVED"}


def test_an_event_says_what_is_shown_after_it(store: Store, person: Person):
    away = posted(store, person, a_draft("AWAY"))
    posted(store, person, MEETING)
    assert [(event.shown_status_id, event.shown_profile_status_id) for event in events_of(store, person)] == [
        (away.id, "AWAY"),
        (away.id, "AWAY"),
    ]


def test_a_repeated_post_changes_nothing_and_tells_nobody(store: Store, clock: HandClock, person: Person):
    draft = replace(MEETING, auto_reply=an_auto_reply())
    first = posted(store, person, draft)
    clock.advance(MINUTE)
    again = posted(store, person, draft)
    assert again == first
    assert kinds(store, person) == ["RESERVED"]
    with store.reading() as transaction:
        assert len(list(transaction.connection.execute(select(tables.auto_reply)))) == 1


def test_the_replaced_status_is_recorded_before_the_new_one(store: Store, person: Person):
    posted(store, person, MEETING)
    posted(store, person, replace(MEETING, message="Another one"))
    assert [(event.kind, event.message) for event in events_of(store, person)] == [
        ("RESERVED", "In a meeting"),
        ("REPLACED", "In a meeting"),
        ("RESERVED", "Another one"),
    ]


def test_a_status_may_take_the_reserved_place_of_the_one_it_replaces(store: Store, person: Person):
    """The database allows only one reserved status per person, even within a transaction."""
    posted(store, person, MEETING)
    away = posted(store, person, a_draft("AWAY"))
    changed(
        store, person, lambda statuses, now: put(statuses, away.id, replace(MEETING, message="Moved"), now)[0]
    )
    (status,) = statuses_of(store, person)
    assert (status.id, status.schedule_type) == (away.id, ScheduleType.RESERVED)
    assert kinds(store, person) == ["RESERVED", "PRESENTED", "REPLACED", "CHANGED"]


def test_two_statuses_may_change_places(store: Store, person: Person):
    waiting, away = posted(store, person, MEETING), posted(store, person, a_draft("AWAY"))

    def exchanged(statuses: Sequence[Status], now: datetime) -> tuple[Status, ...]:
        moved = put(statuses, away.id, MEETING, now)[0]
        return (*moved, replace(away, id=waiting.id))

    changed(store, person, exchanged)
    assert {status.id: status.schedule_type for status in statuses_of(store, person)} == {
        away.id: ScheduleType.RESERVED,
        waiting.id: ScheduleType.PRESENT,
    }


def test_a_deleted_status_is_gone_and_told(store: Store, person: Person):
    status = posted(store, person, MEETING)
    changed(store, person, lambda statuses, now: delete(statuses, status.id, now))
    assert statuses_of(store, person) == []
    assert kinds(store, person) == ["RESERVED", "DELETED"]


def test_only_the_offset_of_a_time_may_change(store: Store, person: Person):
    status = posted(store, person, MEETING)
    in_utc = replace(MEETING, starts_at=Moment(NINE + HOUR))
    changed(store, person, lambda statuses, now: put(statuses, status.id, in_utc, now)[0])
    (kept,) = statuses_of(store, person)
    assert kept.says(in_utc)
    assert kinds(store, person) == ["RESERVED", "CHANGED"]


@pytest.mark.parametrize("rule", [posting(a_draft(ends_at=NINE)), posting(a_draft(ends_at=NINE - DAY))])
def test_a_rule_that_refuses_leaves_nothing(store: Store, clock: HandClock, person: Person, rule: Rule):
    posted(store, person, MEETING)
    clock.advance(2 * HOUR)
    before = statuses_of(store, person), events_of(store, person)
    with pytest.raises(WindowIsOver):
        changed(store, person, rule)
    assert (statuses_of(store, person), events_of(store, person)) == before


def test_a_transaction_that_fails_later_leaves_nothing(store: Store, person: Person):
    def fail() -> None:
        with store.writing() as transaction:
            draft = replace(MEETING, auto_reply=an_auto_reply())
            change(transaction, person.id, posting(draft), by=SOMEBODY)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (statuses_of(store, person), events_of(store, person)) == ([], [])


class TestWhatWasDueByThen:
    def test_is_made_and_recorded_first(self, store: Store, clock: HandClock, person: Person):
        posted(store, person, a_draft("AWAY", ends_at=NINE + HOUR))
        posted(store, person, MEETING)
        clock.advance(HOUR + MINUTE)
        away = posted(store, person, a_draft("AWAY"))
        told = [
            (event.kind, event.actor, event.due_at, event.committed_at) for event in events_of(store, person)
        ]
        now = NINE + HOUR + MINUTE
        assert told[2:] == [
            ("DISABLED", "time", NINE + HOUR, now),
            ("PROMOTED", "time", NINE + HOUR, now),
            ("REPLACED", SOMEBODY.name, None, now),
            ("PRESENTED", SOMEBODY.name, None, now),
        ]
        assert [status.id for status in statuses_of(store, person)] == [away.id]

    def test_is_made_material_by_a_change_of_something_else(
        self, store: Store, clock: HandClock, person: Person
    ):
        meeting = posted(store, person, MEETING)
        clock.advance(HOUR)
        posted(store, person, a_draft(starts_at=NINE + DAY, ends_at=NINE + 2 * DAY))
        assert {status.id: status.schedule_type for status in statuses_of(store, person)}[
            meeting.id
        ] is ScheduleType.PRESENT
        assert kinds(store, person) == ["RESERVED", "PROMOTED", "RESERVED"]

    @pytest.mark.parametrize(
        ("passed", "kind"),
        [(HOUR, "PROMOTED"), (2 * HOUR - INSTANT, "PROMOTED"), (2 * HOUR, "LAPSED")],
    )
    def test_has_lapsed_when_its_end_has_come_as_well(
        self, store: Store, clock: HandClock, person: Person, passed: Any, kind: str
    ):
        meeting = posted(store, person, MEETING)
        clock.advance(passed)
        posted(store, person, a_draft(starts_at=NINE + DAY, ends_at=NINE + 2 * DAY))
        event = events_of(store, person)[1]
        assert (event.kind, event.status_id, event.due_at) == (kind, meeting.id, NINE + HOUR)
        still_there = meeting.id in {status.id for status in statuses_of(store, person)}
        assert still_there is (kind == "PROMOTED")


class TestOutOfOffice:
    def test_is_kept_with_its_texts(self, store: Store, person: Person):
        setting = an_out_of_office(State.SCHEDULED, external=Text(html="<p>離席中</p>"))
        saved(store, person, setting)
        (status,) = statuses_of(store, person)
        assert (status.starts_at, status.ends_at) == (Moment(NINE + HOUR), Moment(NINE + 2 * HOUR))
        assert remembered(store, person) == replace(
            setting, state=State.DISABLED, starts_at=None, ends_at=None
        )
        assert kinds(store, person) == ["RESERVED"]

    def test_was_never_set(self, store: Store, person: Person):
        assert remembered(store, person) == NEVER_SET

    @pytest.mark.parametrize("state", list(State))
    def test_saved_as_it_was_read_changes_nothing_and_tells_nobody(
        self, store: Store, person: Person, state: State
    ):
        saved(store, person, an_out_of_office(state, starts_at=NINE + HOUR, ends_at=NINE + 2 * HOUR))
        before = statuses_of(store, person), events_of(store, person), remembered(store, person)
        with store.writing() as transaction:
            change_out_of_office(transaction, person.id, lambda current: current, by=SOMEBODY)
        assert (statuses_of(store, person), events_of(store, person), remembered(store, person)) == before

    def test_changed_in_nothing_but_what_is_remembered_is_told(self, store: Store, person: Person):
        saved(store, person, an_out_of_office(State.DISABLED))
        assert kinds(store, person) == ["REMEMBERED"]
        assert remembered(store, person).internal == Text(html="<p>I am away.</p>", subject="Away")

    def test_changed_in_its_remembered_dates_is_told_though_something_is_reserved(
        self, store: Store, person: Person
    ):
        posted(store, person, MEETING)
        saved(store, person, an_out_of_office(State.ENABLED))
        before = statuses_of(store, person)
        saved(store, person, an_out_of_office(State.ENABLED, starts_at=NINE, ends_at=NINE + DAY))
        assert sorted(statuses_of(store, person), key=lambda status: status.id) == sorted(
            before, key=lambda status: status.id
        )
        assert kinds(store, person) == ["RESERVED", "PRESENTED", "REMEMBERED"]

    def test_refused_is_not_remembered(self, store: Store, person: Person):
        over = an_out_of_office(State.SCHEDULED, starts_at=NINE - DAY, ends_at=NINE)
        with pytest.raises(WindowIsOver):
            saved(store, person, over)
        assert (remembered(store, person), events_of(store, person)) == (NEVER_SET, [])

    def test_is_given_to_be_changed_as_it_is(self, store: Store, clock: HandClock, person: Person):
        posted(store, person, replace(MEETING, auto_reply=an_auto_reply("Away")))
        clock.advance(HOUR)
        found: list[OutOfOffice] = []

        def note(current: OutOfOffice) -> OutOfOffice:
            found.append(current)
            return current

        with store.writing() as transaction:
            change_out_of_office(transaction, person.id, note, by=SOMEBODY)
        assert [(setting.state, setting.internal) for setting in found] == [
            (State.SCHEDULED, Text(html="Away"))
        ]

    def test_leaves_the_message_that_the_other_dialect_gave(self, store: Store, person: Person):
        saved(store, person, an_out_of_office(State.SCHEDULED))
        (status,) = statuses_of(store, person)
        told = replace(draft_of(status), message="Honeymoon")
        changed(store, person, lambda statuses, now: put(statuses, status.id, told, now)[0])
        saved(store, person, an_out_of_office(State.SCHEDULED, ends_at=NINE + DAY))
        (status,) = statuses_of(store, person)
        assert (status.message, status.ends_at) == ("Honeymoon", Moment(NINE + DAY))

    def test_of_a_person_who_has_posted_something_else_is_covered_and_stays(
        self, store: Store, person: Person
    ):
        saved(store, person, an_out_of_office(State.ENABLED))
        posted(store, person, a_draft("BUSY"))
        assert remembered(store, person) == an_out_of_office(State.DISABLED)
        assert kinds(store, person) == ["PRESENTED", "PRESENTED"]
        assert len(statuses_of(store, person)) == 2
