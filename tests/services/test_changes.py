"""Changes of many people's plans, over a real store."""

import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain.bulk import Action
from domain.bulk_changes import BulkChange, State
from domain.credentials import Bearer, Caller, Scope
from domain.directory import Person, PersonReference, Whom
from domain.plans import Limits, Plan, PlanPatch, WishedWindow
from domain.refusals import (
    ChangeUnknown,
    HasRefusedEntries,
    NotPossibleNow,
    OwnStatusesOnly,
    TooManyChanges,
    TooManyEntries,
)
from domain.status import Draft, ScheduleType, draft_of
from domain.wishes import Times
from services import change_progress, change_receiving, change_steps, changes, domains, plans
from services.change_receiving import AllOf, Line
from services.changes import Booker
from services.domains import Changes
from services.housekeeping import forget_old_changes
from store import tables
from store.store import Store
from tests.builders import DAY, NINE, SOMEBODY, HandClock, a_status
from tests.store.builders import drain, events_of, keep, statuses_of

HR = Booker(domain_id=1, client="hr", author="hr", request_id="request-1")
CALLER = Caller(Bearer(name="hr", domain_id=1, scopes=frozenset(Scope)), "request-1")
LIMITS = Limits()


pytestmark = pytest.mark.usefixtures("people")


def line(person: int = 1, external_id: str = "a", **said: Any) -> dict[str, Any]:
    """Return an entry; by default a leave of a day, tomorrow at nine."""
    usual = {"startsAt": "2026-03-17T09:00:00Z", "endsAt": "2026-03-18T09:00:00Z"}
    return {"person": f"u{person}@example.com", "externalId": external_id} | (usual | said)


def planned(
    store: Store, *lines: Line, by: Booker = HR, all_of: AllOf | None = None, limits: Limits = LIMITS
) -> BulkChange:
    receiving = change_receiving.receive(store, by, all_of)
    receiving.add(list(lines))
    return carried_on(store, receiving.finish(), limits)


def a_plan(draft: Draft) -> Plan:
    """Return the plan that says the same as a draft."""
    window = WishedWindow(Times(draft.starts_at, draft.ends_at))
    return Plan(
        profile_status_id=draft.profile_status_id,
        message=draft.message,
        window=window,
        auto_reply=draft.auto_reply,
    )


def in_groups_of(entries: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a transaction have at most so many entries."""
    for name in ("_GROUP", "_GROUP_ALONE", "_GROUP_PLANNED"):
        monkeypatch.setattr(change_steps, name, entries)


def carried_on(store: Store, change: BulkChange, limits: Limits = LIMITS) -> BulkChange:
    found = change_progress.carry_on(store, change.id, limits=limits)
    assert found
    return found


def applied(store: Store, *lines: Line, **said: Any) -> BulkChange:
    change = planned(store, *lines, **said)
    return carried_on(store, changes.apply(store, HR, change.id))


def undone(store: Store, change: BulkChange) -> BulkChange:
    return carried_on(store, changes.undo(store, HR, change.id))


def diff(store: Store, change: BulkChange, **said: Any) -> list[str]:
    found = changes.diff(store, HR, change.id, limit=1000, **said)
    return [f"{entry.number} {entry.external_id} {entry.action}" for entry in found]


def drafts(store: Store, people: Iterable[Person]) -> dict[str, Draft]:
    return {one.id: draft_of(one) for person in people for one in statuses_of(store, person)}


EVERYTHING = AllOf(NINE - 365 * DAY, NINE + 365 * DAY)
LATER = {"startsAt": "2026-03-20T09:00:00Z", "endsAt": "2026-03-22T09:00:00Z"}


class TestPlanning:
    def test_writes_nothing(self, store: Store, people: list[Person]):
        change = planned(store, line(1), line(2, "b"))
        assert (change.state, change.counts, change.people) == (State.PLANNED, {"new": 2}, 2)
        assert diff(store, change) == ["1 a new", "2 b new"]
        assert drafts(store, people) == {}
        assert events_of(store, people[0]) == []

    @pytest.mark.parametrize(
        ("bad", "reason"),
        [
            (line(99), "There is no such person in this domain."),
            ("It is no JSON.", "It is no JSON."),
            ({"externalId": "x"}, "person: A value is required here. Name a person by"),
            ({"person": "u1@example.com", "from": "2026-04-01"}, "externalId: A value is required here."),
            (
                line(until="2027-08-07"),
                "until: There is no such field. Did you mean to?",
            ),
            (line(startsAt="2020-01-01T09:00:00Z", endsAt="2020-01-02T09:00:00Z"), "endsAt: The end must"),
            (line(startsAt="2026-03-19T09:00:00Z"), "endsAt: The end must lie after the start."),
            (line(startsAt=None, endsAt=None) | {"from": "2026-02-30"}, "from: "),
            (line(status="NOSUCH"), "The domain does not use this profile status. It uses "),
            (
                line(startsAt="2030-01-01T09:00:00Z", endsAt="2030-01-02T09:00:00Z"),
                "startsAt: The start lies",
            ),
            (line(message="x" * 51), "message: The text is too long."),
            (line(autoReply="half a pair: \ud800"), "autoReply: Line breaks and other control characters"),
            (line(autoReply="NUL: \0"), "autoReply: Line breaks and other control characters"),
            (
                line(autoReply={"internal": {"text": "a", "subject": "Out\r\nBcc: b@example.com"}}),
                "autoReply: Line breaks and other control characters cannot be used here. Only the text may have",
            ),
            (
                line(autoReply={"internal": {"text": "a", "subject": "x" * 201}}),
                "autoReply: The text is too long. 200 characters of subject at most.",
            ),
            (line(zone="Mars/Olympus"), "zone: There is no such time zone."),
        ],
    )
    def test_refuses_an_entry_with_its_reason(
        self, store: Store, people: list[Person], bad: Line, reason: str
    ):
        change = planned(store, line(2, "b"), bad)
        (entry,) = changes.diff(store, HR, change.id, actions=[Action.REFUSED], limit=10)
        assert entry.number == 2
        assert entry.reason
        assert entry.reason.startswith(reason)
        with pytest.raises(HasRefusedEntries):
            changes.apply(store, HR, change.id)
        assert drafts(store, people) == {}

    def test_refuses_an_external_id_that_comes_twice(self, store: Store):
        change = planned(store, line(1), line(2))
        (entry,) = changes.diff(store, HR, change.id, actions=[Action.REFUSED], limit=10)
        assert (entry.number, entry.reason) == (2, "Entry 1 has the same external id.")

    def test_takes_whole_days_in_the_zone_of_the_domain(self, store: Store, people: list[Person]):
        applied(store, line(startsAt="", endsAt="") | {"from": "2026-04-01"})
        (status,) = statuses_of(store, people[0])
        assert status.starts_at
        assert status.starts_at.written.isoformat() == "2026-04-01T00:00:00+09:00"
        assert status.wish is not None

    @pytest.mark.parametrize("name", ["externalKey:EMP 001", "U1@example.com", "1"])
    def test_finds_people_by_what_names_them(self, store: Store, people: list[Person], name: str):
        applied(store, line() | {"person": name})
        assert len(statuses_of(store, people[0])) == 1

    def test_refuses_more_entries_than_a_change_can_have(self, store: Store):
        with pytest.raises(TooManyEntries):
            change_receiving.receive(store, HR).add([line()] * (change_receiving.MOST_ENTRIES + 1))


class TestReading:
    def test_refuses_more_changes_of_a_client_than_it_looks_after(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(change_receiving, "MOST_UNAPPLIED", 2)
        applied(store, line())
        first = planned(store, line())
        planned(store, line())
        with pytest.raises(TooManyChanges):
            planned(store, line())
        planned(store, line(), by=Booker(domain_id=1, client="chat", author="chat"))
        changes.delete(store, HR, first.id)
        planned(store, line())

    def test_tells_every_fault_of_an_entry(self, store: Store):
        change = planned(
            store, {"person": "u1@example.com", "id": "a", "form": "2027-02-01", "message": "x" * 51}
        )
        (entry,) = changes.diff(store, HR, change.id, limit=10)
        assert entry.reason is not None
        for fault in ("id: ", "Did you mean externalId?", "form: ", "Did you mean from?", "message: "):
            assert fault in entry.reason
        assert "required" not in entry.reason

    def test_refuses_more_for_one_person_than_can_lie_ahead(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(change_receiving, "MOST_OF_ONE", 2)
        change = planned(store, *(line(1, name) for name in "abc"), line(2, "d"))
        assert change.counts == {"new": 3, "refused": 1}
        (refused,) = changes.diff(store, HR, change.id, actions=[Action.REFUSED], limit=10)
        assert (refused.number, "The limit is 2" in (refused.reason or "")) == (3, True)


class TestCarryingOn:
    def test_a_change_that_fails_holds_up_no_other(self, store: Store, monkeypatch: pytest.MonkeyPatch):
        first, second = (change_receiving.receive(store, HR) for _ in range(2))
        for receiving in (first, second):
            receiving.add([line()])
            receiving.finish()
        carry_on = change_progress.carry_on

        def failing(store: Store, change_id: str, **said: Any) -> BulkChange | None:
            if change_id == first.change.id:
                raise TimeoutError
            return carry_on(store, change_id, **said)

        monkeypatch.setattr(change_progress, "carry_on", failing)
        with pytest.raises(TimeoutError):
            change_progress.carry_on_all(store, limits=LIMITS, stop_at=time.monotonic() + 10)
        assert changes.get(store, HR, second.change.id).state is State.PLANNED


class TestAuthors:
    def test_events_name_who_applied_and_who_took_back(self, store: Store, people: list[Person]):
        change = planned(store, line())
        for number, (act, name) in enumerate(((changes.apply, "boss"), (changes.undo, "night")), start=2):
            by = Booker(domain_id=1, client=f"{name} client", author=name, request_id=f"request-{number}")
            act(store, by, change.id)
            carried_on(store, change)
        told = [(one.actor, one.actor_client, one.request_id) for one in events_of(store, people[0])]
        assert told == [("boss", "boss client", "request-2"), ("night", "night client", "request-3")]
        assert changes.get(store, HR, change.id).author == "hr"


class TestApplying:
    def test_books_what_is_new(self, store: Store, people: list[Person]):
        change = applied(store, line(1, message="Rome"), line(1, "b", **LATER), line(2, "c"))
        assert (change.state, change.people_done) == (State.APPLIED, 2)
        first, second = sorted(statuses_of(store, people[0]), key=lambda one: one.in_force_at)
        assert (first.message, first.client, first.place) == ("Rome", "hr", None)
        assert (first.schedule_type, first.sequence, second.sequence) == (ScheduleType.RESERVED, 1, 2)
        kinds = [(one.kind, one.actor, one.request_id) for one in events_of(store, people[0])]
        assert kinds == [("RESERVED", "hr", "request-1")] * 2

    def test_is_the_same_as_single_upserts(self, store: Store, people: list[Person]):
        reply = {"internal": {"text": "Away", "subject": "Out"}, "external": "Gone"}
        applied(store, line(1, autoReply=reply), line(2, "b", autoReply=reply))
        whom = Whom(1, PersonReference(number=people[0].id))
        (booked,) = statuses_of(store, people[0])
        again = plans.upsert(store, CALLER, whom, "a", a_plan(draft_of(booked)), limits=LIMITS)
        assert again.status
        assert draft_of(again.status) == draft_of(booked)
        assert len(events_of(store, people[0])) == 1
        assert booked.auto_reply
        assert booked.auto_reply.internal
        assert booked.auto_reply.internal.subject == "Out"
        (other,) = statuses_of(store, people[1])
        assert other.auto_reply == booked.auto_reply

    def test_what_it_booked_is_forgotten_when_that_of_a_single_upsert_is(
        self, store: Store, people: list[Person]
    ):
        applied(store, line(1))
        (booked,) = statuses_of(store, people[0])
        whom = Whom(1, PersonReference(number=people[1].id))
        plans.upsert(store, CALLER, whom, "b", a_plan(draft_of(booked)), limits=LIMITS)
        with store.reading() as transaction:
            a, b = transaction.connection.execute(select(tables.booking).order_by(tables.booking.c.person_id))
            assert a.forget_at == b.forget_at
            assert transaction.bookings.forget(a.forget_at, limit=10) == 0

    def test_its_events_keep_the_revisions_of_statuses(self, store: Store, people: list[Person]):
        applied(store, line(1))
        applied(store, line(1, message="Rome"))
        applied(store, {"person": "u1@example.com"}, all_of=EVERYTHING)
        events = events_of(store, people[0])
        assert [event.kind for event in events] == ["RESERVED", "CHANGED", "DELETED"]
        assert all(event.revision for event in events)

    def test_starts_and_ends_by_itself(self, store: Store, people: list[Person], clock: HandClock):
        applied(store, line(1))
        clock.advance(1.5 * DAY)
        drain(store)
        clock.advance(DAY)
        drain(store)
        kinds = [event.kind for event in events_of(store, people[0])]
        assert kinds == ["RESERVED", "PROMOTED", "DISABLED"]

    def test_finds_exactly_what_differs(self, store: Store, people: list[Person]):
        applied(store, line(1), line(1, "b", **LATER), line(2, "c"), line(3, "d"), line(4, "e"))
        change = applied(
            store,
            line(1),
            line(1, "b", startsAt="2026-03-21T09:00:00Z", endsAt="2026-03-22T09:00:00Z"),
            line(2, "c", **LATER),
            line(3, "d", message="Rome"),
            line(5, "f"),
            {"person": "u4@example.com"},
            all_of=EVERYTHING,
        )
        assert diff(store, change) == [
            "1 a unchanged",
            "2 b shortened",
            "3 c moved",
            "4 d changed",
            "5 f new",
            "7 e cancelled",
        ]
        assert statuses_of(store, people[3]) == []
        assert [event.kind for event in events_of(store, people[3])] == ["RESERVED", "DELETED"]
        assert [event.kind for event in events_of(store, people[1])] == ["RESERVED", "CHANGED"]
        assert planned(store, line(1), line(2, "c", **LATER)).counts == {"unchanged": 2}

    def test_cancels_only_for_those_who_are_named(self, store: Store):
        applied(store, line(1), line(2, "b"))
        change = planned(store, line(3, "c"), all_of=EVERYTHING)
        assert change.counts == {"new": 1}

    def test_cancels_for_everybody_on_request(self, store: Store):
        applied(store, line(1), line(2, "b"))
        everybody = AllOf(EVERYTHING.starts_at, EVERYTHING.ends_at, everybody=True)
        change = planned(store, line(3, "c"), line(1), all_of=everybody)
        assert change.counts == {"new": 1, "unchanged": 1, "cancelled": 1}

    def test_settles_what_is_due_first(self, store: Store, people: list[Person], clock: HandClock):
        applied(store, line(1))
        clock.advance(1.5 * DAY)
        applied(store, line(1, endsAt="2026-03-18T20:00:00Z", message="Rome"))
        kinds = [event.kind for event in events_of(store, people[0])]
        assert kinds == ["RESERVED", "PROMOTED", "CHANGED"]

    def test_covers_what_is_in_force(self, store: Store, people: list[Person]):
        keep(store, people[0], a_status(id="home"))
        applied(store, line(1, startsAt="", endsAt="2026-03-18T09:00:00Z"))
        (event,) = events_of(store, people[0])
        assert (event.kind, event.shown_profile_status_id) == ("PRESENTED", "ABSENCE")

    def test_can_skip_what_is_refused(self, store: Store, people: list[Person]):
        change = planned(store, line(1), line(99, "x"))
        done = carried_on(store, changes.apply(store, HR, change.id, skip_refused=True))
        assert done.state is State.APPLIED
        assert len(statuses_of(store, people[0])) == 1

    def test_skips_nothing_where_what_is_missing_is_cancelled(self, store: Store):
        change = planned(store, line(1), line(99, "x"), all_of=EVERYTHING)
        with pytest.raises(HasRefusedEntries):
            changes.apply(store, HR, change.id, skip_refused=True)

    def test_goes_by_groups_of_people(
        self, store: Store, people: list[Person], monkeypatch: pytest.MonkeyPatch
    ):
        in_groups_of(3, monkeypatch)
        lines = [line(person, f"{person}-{n}") for person in range(1, 11) for n in range(4)]
        change = applied(store, *lines)
        assert (change.people_done, len(drafts(store, people))) == (10, 40)
        assert undone(store, change).people_done == 10
        assert drafts(store, people) == {}

    def test_is_given_up_as_a_whole_if_somebody_changed_what_the_plan_saw(
        self, store: Store, people: list[Person], monkeypatch: pytest.MonkeyPatch
    ):
        in_groups_of(1, monkeypatch)
        applied(store, line(1, "old"), line(9, "b"))
        before = drafts(store, people)
        change = planned(store, line(1, "c"), line(2, "d"), line(9, "b", **LATER))
        status = statuses_of(store, people[8])[0]
        by_hand = Whom(1, PersonReference(number=people[8].id))
        plans.delete(store, CALLER, by_hand, status.id)
        done = carried_on(store, changes.apply(store, HR, change.id))
        assert (done.state, done.problem) == (
            State.PLANNED,
            "b of u9@example.com is not as the plan saw it.",
        )
        assert drafts(store, people) == {name: one for name, one in before.items() if name != status.id}
        assert (done.counts, done.plan) == ({"new": 3}, 2)
        assert carried_on(store, changes.apply(store, HR, change.id, plan=2)).state is State.APPLIED

    def test_is_given_up_if_statuses_are_switched_off(self, store: Store):
        change = planned(store, line(1))
        with store.writing() as transaction:
            transaction.directory.switch_statuses(1, on=False)
        done = carried_on(store, changes.apply(store, HR, change.id))
        assert (done.state, done.problem) == (State.PLANNED, "The status must be enable.")
        assert done.counts == {"refused": 1}

    def test_a_repeated_request_changes_nothing(self, store: Store, people: list[Person]):
        change = applied(store, line(1))
        assert changes.apply(store, HR, change.id).state is State.APPLIED
        assert len(statuses_of(store, people[0])) == 1

    def test_carries_on_what_is_at_work(self, store: Store):
        receiving = change_receiving.receive(store, HR)
        receiving.add([line(1)])
        change = receiving.finish()
        assert change_progress.carry_on_all(store, limits=LIMITS, stop_at=float("inf"))
        changes.apply(store, HR, change.id)
        assert not change_progress.carry_on_all(store, limits=LIMITS, stop_at=0)
        assert change_progress.carry_on_all(store, limits=LIMITS, stop_at=float("inf"))
        assert changes.get(store, HR, change.id).state is State.APPLIED

    def test_the_rest_of_a_request_is_left_to_a_worker_at_once(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ):
        in_groups_of(1, monkeypatch)
        receiving = change_receiving.receive(store, HR)
        receiving.add([line(1), line(2, "b")])
        change = receiving.finish()
        assert not waits(store)
        begun = change_progress.begin(store, change, limits=LIMITS, stop_at=0)
        assert (begun.state, begun.people_done) == (State.PLANNING, 1)
        assert waits(store)
        assert (
            change_progress.begin(store, change, limits=LIMITS, stop_at=float("inf")).state is State.PLANNED
        )
        assert not waits(store)

    def test_what_somebody_else_carries_on_is_left_to_them(self, store: Store):
        if store.engine.dialect.name == "sqlite":
            pytest.skip("SQLite has one writer at a time.")
        receiving = change_receiving.receive(store, HR)
        receiving.add([line(1)])
        change = receiving.finish()
        with store.writing() as transaction:
            assert transaction.changes.take(change.id)
            # Nothing is left to do: another message would find the same.
            assert change_progress.carry_on_all(store, limits=LIMITS, stop_at=float("inf"))
        assert changes.get(store, HR, change.id).state is State.PLANNING


def waits(store: Store) -> bool:
    """Return whether beat would send a message for a change."""
    with store.reading() as transaction:
        return transaction.changes.wait(since=transaction.now() - timedelta(seconds=2))


class TestUndoing:
    def test_restores_everything(self, store: Store, people: list[Person]):
        applied(store, line(1), line(1, "b", **LATER), line(2, "c"), line(3, "d"))
        before = drafts(store, people)
        change = applied(
            store,
            line(1, message="Rome"),
            line(2, "c", **LATER),
            line(5, "new"),
            {"person": "u3@example.com"},
            all_of=EVERYTHING,
        )
        assert change.counts == {"changed": 1, "moved": 1, "new": 1, "cancelled": 2}
        done = undone(store, change)
        assert (done.state, done.counts["left"]) == (State.UNDONE, 0)
        assert drafts(store, people) == before
        again = planned(store, line(1), line(1, "b", **LATER), line(2, "c"), line(3, "d"))
        assert again.counts == {"unchanged": 4}

    def test_takes_back_what_only_followed_its_zone(self, store: Store, people: list[Person]):
        days = {"person": "u1@example.com", "externalId": "a", "from": "2026-04-20", "to": "2026-04-22"}
        change = applied(store, days)
        assert domains.change(store, 1, Changes(zone="America/New_York"), by=SOMEBODY).moved_statuses == 1
        done = undone(store, change)
        assert (done.counts["left"], statuses_of(store, people[0])) == (0, [])

    def test_what_a_person_deleted_does_not_come_back_afterwards(self, store: Store, people: list[Person]):
        applied(store, line())
        bad_night = applied(store, line(1, **LATER))
        (status,) = statuses_of(store, people[0])
        plans.delete(store, CALLER, Whom(1, PersonReference(number=people[0].id)), status.id)
        assert undone(store, bad_night).counts["left"] == 1
        assert planned(store, line()).counts == {"unchanged": 1}

    def test_leaves_alone_what_was_changed_by_hand_and_says_so(self, store: Store, people: list[Person]):
        change = applied(store, line(1), line(2, "b"))
        by_hand = Whom(1, PersonReference(number=people[0].id))
        (status,) = statuses_of(store, people[0])
        plans.change(store, CALLER, by_hand, status.id, PlanPatch(message="By hand"), limits=LIMITS)
        done = undone(store, change)
        assert done.counts == {"new": 2, "left": 1}
        (left,) = changes.diff(store, HR, change.id, is_left=True, limit=10)
        assert (left.external_id, left.left_because) == ("a", "Somebody has changed it since.")
        assert [one.message for one in statuses_of(store, people[0])] == ["By hand"]
        assert statuses_of(store, people[1]) == []

    def test_is_refused_for_what_is_not_applied(self, store: Store):
        with pytest.raises(NotPossibleNow) as refused:
            changes.undo(store, HR, planned(store, line(1)).id)
        assert str(refused.value) == "The change is planned; it cannot be undone now."


class TestDeleting:
    def test_forgets_one_that_is_not_applied(self, store: Store):
        change = planned(store, line(1))
        changes.delete(store, HR, change.id)
        with pytest.raises(ChangeUnknown):
            changes.get(store, HR, change.id)

    def test_keeps_one_that_is_applied(self, store: Store):
        change = applied(store, line(1))
        with pytest.raises(NotPossibleNow):
            changes.delete(store, HR, change.id)

    def test_old_ones_are_forgotten(self, store: Store, clock: HandClock):
        planned(store, line(1))
        done = applied(store, line(2, "b"))
        clock.advance(timedelta(days=8))
        forget(store)
        assert [one.id for one in changes.listed(store, HR, limit=10)] == [done.id]
        clock.advance(timedelta(days=31))
        forget(store)
        assert changes.listed(store, HR, limit=10) == []


def forget(store: Store) -> None:
    while forget_old_changes(store, limit=10) >= 10:
        pass


class TestWhoMay:
    def test_a_person_with_the_scope_user_may_not(self, store: Store, people: list[Person]):
        bearer = Bearer(name="u2", domain_id=1, scopes=frozenset({Scope.USER}), user_id=people[1].user_id)
        with pytest.raises(OwnStatusesOnly):
            changes.booker(store, Caller(bearer), 1)

    def test_a_service_may(self, store: Store):
        bearer = Bearer(name="hr", domain_id=1, scopes=frozenset({Scope.USER}))
        assert changes.booker(store, Caller(bearer, "request-1"), 1) == HR

    def test_a_limited_client_sees_only_its_own(self, store: Store):
        change = planned(store, line(1))
        other = Booker(domain_id=1, client="chat", author="chat", is_limited=True)
        with pytest.raises(ChangeUnknown):
            changes.get(store, other, change.id)
        assert changes.listed(store, other, limit=10) == []

    def test_one_client_never_touches_the_bookings_of_another(self, store: Store):
        applied(store, line(1))
        chat = Booker(domain_id=1, client="chat", author="chat")
        change = planned(store, line(1), by=chat, all_of=EVERYTHING)
        assert change.counts == {"new": 1}
