"""Planned statuses through their use cases, over a real store."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from domain.credentials import Bearer, Caller, Scope
from domain.directory import Person, PersonReference, Whom
from domain.expectation import Expectation
from domain.plans import Limits, PlanPatch
from domain.refusals import (
    Changed,
    ExternalIdTaken,
    NotBegun,
    OwnBookingsOnly,
    OwnStatusesOnly,
    Refusal,
    StatusNotInUse,
    StatusUnknown,
    TooFarAhead,
    TooManyPlans,
    WindowIsOver,
)
from domain.status import Draft, Place, ScheduleType, Status, draft_of
from services import plans
from services.clients import Choices, new_client, register
from services.housekeeping import forget_old_bookings
from services.plans import Found
from store.store import Store
from tests.builders import (
    DAY,
    HOUR,
    NINE,
    HandClock,
    a_domain,
    a_draft,
    a_reserved_status,
    a_status,
    an_auto_reply,
)
from tests.store.builders import at_once, drain, events_of, keep, statuses_of
from tests.writes import plan_of

RESERVED, PRESENT = ScheduleType.RESERVED, ScheduleType.PRESENT
ALL = frozenset(Scope)
HR = Caller(Bearer(name="hr", domain_id=1, scopes=ALL), "request-1")
CHAT = Caller(Bearer(name="chat", domain_id=1, scopes=ALL))
LIMITS = Limits()


def whom(person: Person) -> Whom:
    return Whom(1, PersonReference(number=person.id))


def leave(days_ahead: float = 1, *, lasts: float = 1, **said: Any) -> Draft:
    starts_at = NINE + days_ahead * DAY
    usual = {"starts_at": starts_at, "ends_at": starts_at + lasts * DAY}
    return a_draft("ABSENCE", **(usual | said))


def add(store: Store, person: Person, draft: Draft, by: Caller = HR, **said: Any) -> Found:
    return plans.add(store, by, whom(person), plan_of(draft), **({"limits": LIMITS} | said))


def upsert(store: Store, person: Person, external_id: str, draft: Draft, by: Caller = HR) -> Found:
    return plans.upsert(store, by, whom(person), external_id, plan_of(draft), limits=LIMITS)


def expect(status: Status) -> Expectation[Found]:
    def check(found: Found) -> None:
        if found.status != status:
            raise Changed

    return check


def shown(store: Store, person: Person) -> list[str]:
    return [
        found.status.profile_status_id
        for found in plans.listed(store, HR, whom(person), limit=100).found
        if found.status
    ]


class TestAdding:
    def test_a_person_has_any_number_ahead_in_no_place(self, store: Store, person: Person):
        keep(store, person, a_reserved_status(id="works", starts_at=NINE + HOUR))
        added = [add(store, person, leave(days)).status for days in (3, 1, 2)]
        assert all(status and status.place is None and status.client == "hr" for status in added)
        found = plans.listed(store, HR, whom(person), limit=100).found
        starts = [one.status.in_force_at for one in found if one.status]
        assert starts == [NINE + HOUR, NINE + DAY, NINE + 2 * DAY, NINE + 3 * DAY]
        assert [event.kind for event in events_of(store, person)] == ["RESERVED"] * 3

    def test_one_that_has_begun_covers_what_is_in_force(self, store: Store, person: Person):
        keep(store, person, a_status(id="home"))
        found = add(store, person, a_draft("BUSY", ends_at=NINE + HOUR))
        assert (found.is_shown, found.is_new) == (True, True)
        assert len(statuses_of(store, person)) == 2

    def test_starts_and_ends_by_itself(self, store: Store, person: Person, clock: HandClock):
        add(store, person, leave(1))
        add(store, person, leave(1.5, lasts=0.25))
        clock.advance(1.6 * DAY)
        drain(store)
        assert [status.schedule_type for status in statuses_of(store, person)] == [PRESENT, PRESENT]
        clock.advance(DAY)
        drain(store)
        assert statuses_of(store, person) == []
        kinds = [event.kind for event in events_of(store, person)]
        assert kinds == ["RESERVED", "RESERVED", "PROMOTED", "PROMOTED", "DISABLED", "DISABLED"]

    @pytest.mark.parametrize(
        ("draft", "refusal"),
        [
            (leave(-3), WindowIsOver),
            (leave(731.5), TooFarAhead),
            (replace(leave(), profile_status_id="NOSUCH"), StatusNotInUse),
        ],
    )
    def test_is_refused_and_leaves_nothing(
        self, store: Store, person: Person, draft: Draft, refusal: type[Refusal]
    ):
        with pytest.raises(refusal):
            add(store, person, draft)
        assert statuses_of(store, person) == []

    def test_has_a_limit_that_is_said(self, store: Store, person: Person):
        limits = Limits(most=3)
        for days in (1, 2, 3):
            add(store, person, leave(days), limits=limits)
        with pytest.raises(TooManyPlans, match="The limit is 3"):
            add(store, person, leave(4), limits=limits)
        add(store, person, a_draft("BUSY"), limits=limits)
        assert len(statuses_of(store, person)) == 4

    def test_needs_the_right_to_write_for_the_person(self, store: Store, people: list[Person]):
        somebody = Bearer(name="u1", domain_id=1, scopes=frozenset({Scope.USER}), user_id=people[0].user_id)
        with pytest.raises(OwnStatusesOnly):
            add(store, people[1], leave(), by=Caller(somebody))


class TestChanging:
    def test_changes_what_anybody_booked_and_keeps_its_place(self, store: Store, person: Person):
        keep(store, person, a_reserved_status(id="works", auto_reply=an_auto_reply()))
        (old,) = statuses_of(store, person)
        draft = replace(draft_of(old), message="Moved")
        found = plans.change(store, HR, whom(person), "works", plan_of(draft), limits=LIMITS)
        assert found.status == replace(old, message="Moved")
        assert found.status.place is Place.WORKS

    def test_moving_into_a_taken_place_fills_none(self, store: Store, person: Person):
        keep(store, person, a_status(id="in force"), a_reserved_status(id="reserved"))
        found = plans.change(store, HR, whom(person), "in force", plan_of(leave(5)), limits=LIMITS)
        assert found.status
        assert (found.status.place, found.status.schedule_type) == (None, RESERVED)
        assert {status.id for status in statuses_of(store, person)} == {"in force", "reserved"}

    @pytest.mark.parametrize("days", [731.5, 4000])
    def test_moves_nothing_beyond_the_limit(self, store: Store, person: Person, days: float):
        status = add(store, person, leave()).status
        assert status
        for changes in (plan_of(leave(days)), plan_of(replace(leave(days), message="Moved"))):
            with pytest.raises(TooFarAhead, match="The latest start is 2028-03"):
                plans.change(store, HR, whom(person), status.id, changes, limits=LIMITS)
        assert statuses_of(store, person) == [status]

    def test_keeps_what_was_beyond_a_limit_that_was_lowered(self, store: Store, person: Person):
        status = add(store, person, leave(30)).status
        assert status
        nearer = Limits(ahead=10 * DAY)
        plans.change(store, HR, whom(person), status.id, PlanPatch(message="Rome"), limits=nearer)

    def test_only_the_version_that_was_read(self, store: Store, person: Person):
        status = add(store, person, leave()).status
        assert status
        change = partial(plans.change, store, HR, whom(person), status.id, limits=LIMITS)
        changed = change(PlanPatch(message="First"), expected=expect(status)).status
        assert changed
        for late in (
            partial(change, PlanPatch(message="Second"), expected=expect(status)),
            partial(plans.delete, store, HR, whom(person), status.id, expected=expect(status)),
        ):
            with pytest.raises(Changed):
                late()
        assert statuses_of(store, person) == [changed]
        plans.delete(store, HR, whom(person), status.id, expected=expect(changed))

    def test_ends_what_is_in_force_and_nothing_else(self, store: Store, person: Person):
        keep(store, person, a_status(id="home"))
        running = add(store, person, a_draft("ABSENCE", ends_at=NINE + DAY)).status
        ahead = add(store, person, leave()).status
        assert running
        assert ahead
        plans.end(store, HR, whom(person), running.id)
        with pytest.raises(NotBegun, match="2026-03-17T09:00:00"):
            plans.end(store, HR, whom(person), ahead.id)
        assert shown(store, person) == ["BUSY", "ABSENCE"]
        assert plans.get(store, HR, whom(person), "home").is_shown

    @pytest.mark.parametrize("call", [plans.get, plans.delete, plans.end])
    def test_needs_a_status_of_this_person(
        self, store: Store, people: list[Person], call: Callable[..., object]
    ):
        status = add(store, people[0], leave()).status
        assert status
        with pytest.raises(StatusUnknown):
            call(store, HR, whom(people[1]), status.id)


class TestAnUpsert:
    def test_books_once(self, store: Store, person: Person):
        first, second = (upsert(store, person, "V-1", leave()) for _ in range(2))
        assert (first.is_new, second.is_new) == (True, False)
        assert first.status == second.status
        assert first.external_id == "V-1"
        assert len(events_of(store, person)) == 1

    def test_at_once_books_once(self, store: Store, person: Person):
        at_once([partial(upsert, store, person, "V-1", leave())] * 4)
        assert len(statuses_of(store, person)) == 1

    def test_applies_only_what_differs_from_the_last_time(self, store: Store, person: Person):
        status = upsert(store, person, "V-1", leave(message="Leave")).status
        assert status
        draft = replace(draft_of(status), message="Honeymoon")
        plans.change(store, CHAT, whom(person), status.id, plan_of(draft), limits=LIMITS)
        upsert(store, person, "V-1", leave(message="Leave"))
        longer = upsert(store, person, "V-1", leave(lasts=2, message="Leave")).status
        assert longer
        assert (longer.id, longer.message) == (status.id, "Honeymoon")
        assert longer.window.ends_at == NINE + 3 * DAY

    def test_repeated_revives_nothing_but_another_window_does(self, store: Store, person: Person):
        status = upsert(store, person, "V-1", leave()).status
        assert status
        plans.delete(store, CHAT, whom(person), status.id)
        assert upsert(store, person, "V-1", leave()).status is None
        assert upsert(store, person, "V-1", leave(message="Leave")).status is None
        assert statuses_of(store, person) == []
        moved = upsert(store, person, "V-1", leave(10, message="Leave"))
        assert moved.is_new
        assert moved.status
        assert upsert(store, person, "V-1", leave(10, message="Leave")).status == moved.status

    def test_of_what_is_over_is_no_error(self, store: Store, person: Person, clock: HandClock):
        upsert(store, person, "V-1", leave())
        clock.advance(10 * DAY)
        drain(store)
        assert upsert(store, person, "V-1", leave()).status is None
        with pytest.raises(WindowIsOver):
            upsert(store, person, "V-1", leave(lasts=2))

    def test_finds_the_status_wherever_it_lies(self, store: Store, person: Person):
        first = upsert(store, person, "V-1", leave(30)).status
        second = upsert(store, person, "V-2", leave(0, lasts=1)).status
        assert first
        assert second
        assert upsert(store, person, "V-1", leave(40)).status == replace(
            first,
            starts_at=leave(40).starts_at,
            ends_at=leave(40).ends_at,
            in_force_at=NINE + 40 * DAY,
            sequence=second.sequence + 1,
        )

    def test_ids_are_of_each_client_and_of_one_person(self, store: Store, people: list[Person]):
        upsert(store, people[0], "V-1", leave())
        assert upsert(store, people[1], "V-1", leave(), by=CHAT).is_new
        with pytest.raises(ExternalIdTaken):
            upsert(store, people[1], "V-1", leave())

    def test_is_forgotten_long_after_its_end(self, store: Store, person: Person, clock: HandClock):
        upsert(store, person, "V-1", leave())
        upsert(store, person, "V-2", leave(100))
        clock.advance(366 * DAY)
        assert forget_old_bookings(store, limit=10) == 0
        clock.advance(3 * DAY)
        assert forget_old_bookings(store, limit=10) == 1
        clock.advance(365 * DAY)
        assert forget_old_bookings(store, limit=10) == 1


def test_pages_follow_the_starts(store: Store, person: Person):
    drafts = [leave(days) for days in (3, 1, 1, 2)]
    added = [add(store, person, draft).status for draft in drafts]
    seen: list[str] = []
    after = None
    while True:
        page = plans.listed(store, HR, whom(person), after=after, limit=1)
        statuses = [found.status for found in page.found if found.status]
        seen += [status.id for status in statuses]
        after = (statuses[-1].in_force_at, statuses[-1].id)
        if not page.has_more:
            break
    in_order = sorted((status.in_force_at, status.id) for status in added if status)
    assert seen == [status_id for _, status_id in in_order]


class TestAClientThatIsLimited:
    @pytest.fixture
    def limited(self, store: Store, person: Person) -> Caller:  # noqa: ARG002 (the domain is there with its people)
        choices = Choices(name="HR 2", scopes=ALL, public_key="", writes_own_only=True)
        client = new_client(a_domain(), choices).client
        register(store, client)
        return Caller(replace(client.bearer(ALL), token_id=secrets.token_hex(4)))

    def test_changes_its_own(self, store: Store, person: Person, limited: Caller):
        status = add(store, person, leave(), by=limited).status
        assert status
        draft = replace(draft_of(status), message="Moved")
        plans.change(store, limited, whom(person), status.id, plan_of(draft), limits=LIMITS)
        plans.delete(store, limited, whom(person), status.id)

    def test_and_nobody_elses(self, store: Store, person: Person, limited: Caller):
        status = add(store, person, leave(), by=HR).status
        assert status
        draft = replace(draft_of(status), message="Moved")
        for call in (
            partial(plans.change, store, limited, whom(person), status.id, plan_of(draft), limits=LIMITS),
            partial(plans.delete, store, limited, whom(person), status.id),
        ):
            with pytest.raises(OwnBookingsOnly):
                call()
        assert statuses_of(store, person) == [status]


class TestADryRun:
    def test_writes_nothing_and_tells_what_would_come(self, store: Store, person: Person):
        keep(store, person, a_status(id="home"))
        ahead = add(store, person, leave(30)).status
        assert ahead
        before = statuses_of(store, person)
        tried = [
            plans.add(store, HR, whom(person), plan_of(leave(29.5)), limits=LIMITS, dry_run=True),
            plans.upsert(store, HR, whom(person), "V-1", plan_of(leave(29.5)), limits=LIMITS, dry_run=True),
            plans.change(store, HR, whom(person), ahead.id, plan_of(leave(40)), limits=LIMITS, dry_run=True),
        ]
        assert statuses_of(store, person) == before
        assert len(events_of(store, person)) == 1
        assert all(found.forecast and found.forecast.segments for found in tried)
        warned = [
            [warning.kind.value for warning in found.forecast.warnings] for found in tried if found.forecast
        ]
        assert warned == [["covers", "covered"], ["covers", "covered"], ["covers"]]
        assert upsert(store, person, "V-1", leave(29.5)).is_new

    def test_is_refused_as_the_real_one(self, store: Store, person: Person):
        with pytest.raises(WindowIsOver):
            plans.add(store, HR, whom(person), plan_of(leave(-3)), limits=LIMITS, dry_run=True)
