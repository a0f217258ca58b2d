"""Calendar feeds through their use cases, over a real store: equal to the timeline, and told apart by revisions."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from domain.auto_reply import AutoReply
from domain.credentials import Bearer, Caller, Scope
from domain.directory import Person, PersonReference, Whom
from domain.events import Author
from domain.feeds import KEPT, MOST_FEEDS, BusyStatus, Calendar, Detail, Entry, new_feed
from domain.plans import Limits, Plan, PlanPatch, WindowPatch, WishedWindow
from domain.refusals import FeedUnknown, OwnBookingsOnly, OwnStatusesOnly, ScopeMissing, TooManyFeeds
from domain.status import Status
from domain.wishes import Days
from harness.waiting import wait_until
from services import domains, feeds, history, plans
from services import people as the_people
from services.clients import Choices, new_client, register
from services.feeds import Wanted
from store.store import Store
from tests.builders import DAY, HOUR, MINUTE, NINE, HandClock, a_domain, a_draft, an_auto_reply
from tests.store.builders import add_domain_with_people, drain
from tests.store.plans import scans
from tests.writes import plan_of

HR = Caller(Bearer(name="hr", domain_id=1, scopes=frozenset({Scope.DIRECTORY})))
SOMEBODY = Author("somebody")


def whom(person: Person) -> Whom:
    return Whom(1, PersonReference(number=person.id))


def planned(store: Store, person: Person, plan: Plan) -> Status:
    found = plans.add(store, HR, whom(person), plan, limits=Limits()).status
    assert found is not None
    return found


def booked(store: Store, person: Person, profile_status_id: str = "ABSENCE", **said: Any) -> Status:
    usual = {"starts_at": NINE + DAY, "ends_at": NINE + 2 * DAY}
    return planned(store, person, plan_of(a_draft(profile_status_id, **(usual | said))))


def days(first: int, last: int, **said: Any) -> Plan:
    wish = Days(date(2026, 8, first), date(2026, 8, last))
    return Plan(profile_status_id="ABSENCE", window=WishedWindow(wish), **said)


def secret_of(store: Store, person: Person | None, detail: Detail = Detail.MESSAGE) -> str:
    wanted = Wanted(detail=detail)
    if person is None:
        return feeds.add_to_domain(store, HR, 1, wanted).secret
    return feeds.add(store, HR, whom(person), wanted).secret


def calendar(store: Store, secret: str) -> Calendar:
    found = feeds.read(store, secret)
    assert found is not None
    return found


def entries(store: Store, secret: str) -> tuple[Entry, ...]:
    return calendar(store, secret).entries


class TestACalendar:
    def test_has_an_entry_for_each_layer_of_the_timeline(
        self, store: Store, clock: HandClock, person: Person
    ):
        secret = secret_of(store, person)
        planned(store, person, days(2, 6, message="Lake"))
        booked(store, person, "BUSY", starts_at=NINE + HOUR, ends_at=NINE + 3 * HOUR)
        booked(store, person, "AWAY", starts_at=NINE + 2 * HOUR, ends_at=NINE + 4 * HOUR)
        gone = booked(store, person)
        plans.delete(store, HR, whom(person), gone.id)
        clock.now = NINE + 2 * HOUR
        drain(store)
        told = [entry for entry in entries(store, secret) if not entry.is_cancelled]
        shown = history.timeline(store, HR, whom(person), until=NINE + 365 * DAY, limit=100)
        for segment in shown.segments:
            in_force = {entry.id for entry in told if entry.starts_at <= segment.starts_at < entry.ends_at}
            assert in_force == {layer.id for layer in segment.layers}
        assert len(told) == 3

    def test_has_whole_days_as_they_were_wished(self, store: Store, person: Person):
        secret = secret_of(store, person)
        planned(store, person, days(2, 6))
        booked(store, person)
        whole, timed = sorted(entries(store, secret), key=lambda entry: entry.days is None)
        assert whole.days == (date(2026, 8, 2), date(2026, 8, 6))
        assert (timed.days, timed.starts_at, timed.ends_at) == (None, NINE + DAY, NINE + 2 * DAY)

    def test_tells_what_was_cancelled_for_thirty_days(self, store: Store, clock: HandClock, person: Person):
        secret = secret_of(store, person)
        status = planned(store, person, days(2, 6))
        (before,) = entries(store, secret)
        plans.delete(store, HR, whom(person), status.id)
        (cancelled,) = entries(store, secret)
        assert (cancelled.id, cancelled.is_cancelled, cancelled.days) == (status.id, True, before.days)
        assert (cancelled.busy_status, cancelled.revision > before.revision) == (BusyStatus.FREE, True)
        clock.advance(KEPT - MINUTE)
        assert entries(store, secret) == (cancelled,)
        clock.advance(2 * MINUTE)
        assert entries(store, secret) == ()

    def test_tells_what_was_ended_early_until_then(self, store: Store, clock: HandClock, person: Person):
        secret = secret_of(store, person)
        status = booked(store, person)
        clock.now = NINE + DAY + HOUR
        plans.end(store, HR, whom(person), status.id)
        (entry,) = entries(store, secret)
        assert (entry.is_cancelled, entry.starts_at, entry.ends_at) == (False, NINE + DAY, clock.now)

    def test_keeps_what_is_over_for_thirty_days_as_it_was(
        self, store: Store, clock: HandClock, person: Person
    ):
        secret = secret_of(store, person)
        booked(store, person)
        (before,) = entries(store, secret)
        clock.now = NINE + 3 * DAY
        assert entries(store, secret) == (before,)
        drain(store)
        assert entries(store, secret) == (before,)
        clock.advance(KEPT)
        assert entries(store, secret) == ()

    def test_tells_a_status_without_end_until_midnight_anew_each_day(
        self, store: Store, clock: HandClock, person: Person
    ):
        secret = secret_of(store, person)
        booked(store, person, starts_at=None, ends_at=None)
        (entry,) = entries(store, secret)
        # Nine o'clock in UTC is 18:00 in Seoul, where the domain is.
        assert (entry.is_open, entry.starts_at, entry.ends_at) == (True, NINE, NINE + 6 * HOUR)
        clock.advance(6 * HOUR)
        (again,) = entries(store, secret)
        assert again.ends_at == NINE + 30 * HOUR

    def test_raises_the_revision_with_every_change_and_with_nothing_else(
        self, store: Store, clock: HandClock, person: Person
    ):
        secret = secret_of(store, person)
        status = booked(store, person)
        seen = [entries(store, secret)[0].revision]
        changes = (
            PlanPatch(message="Lake"),
            PlanPatch(message=None),
            PlanPatch(auto_reply=an_auto_reply()),
            PlanPatch(window=WindowPatch({"endsAt": "2026-03-19T09:00:00Z"})),
        )
        for patch in changes:
            plans.change(store, HR, whom(person), status.id, patch, limits=Limits())
            seen.append(entries(store, secret)[0].revision)
        clock.now = NINE + DAY
        drain(store)
        seen.append(entries(store, secret)[0].revision)
        assert seen == sorted(seen)
        assert len(set(seen)) == len(changes) + 1
        plans.delete(store, HR, whom(person), status.id)
        assert entries(store, secret)[0].revision > seen[-1]

    @pytest.mark.parametrize(
        ("profile_status_id", "reply", "busy_status"),
        [
            ("ABSENCE", None, BusyStatus.OUT_OF_OFFICE),
            ("BUSY", None, BusyStatus.BUSY),
            ("BUSY", an_auto_reply(), BusyStatus.OUT_OF_OFFICE),
        ],
    )
    def test_marks_absences(
        self,
        store: Store,
        person: Person,
        profile_status_id: str,
        reply: AutoReply | None,
        busy_status: BusyStatus,
    ):
        secret = secret_of(store, person)
        booked(store, person, profile_status_id, auto_reply=reply)
        assert entries(store, secret)[0].busy_status is busy_status

    @pytest.mark.parametrize(
        ("detail", "said"),
        [(Detail.BUSY, "Out of office"), (Detail.STATUS, "Absent"), (Detail.MESSAGE, "Absent: Clinic")],
    )
    def test_says_no_more_than_the_feed_shows(self, store: Store, person: Person, detail: Detail, said: str):
        secret = secret_of(store, person, detail)
        booked(store, person, message="Clinic")
        found = calendar(store, secret)
        assert found.summary(found.entries[0]) == said

    def test_of_a_domain_tells_absences_of_active_people_with_their_names(
        self, store: Store, people: list[Person]
    ):
        secret = secret_of(store, None)
        for person in people[:3]:
            booked(store, person)
            booked(store, person, "BUSY")
        the_people.deactivate(store, people[2].email, by=SOMEBODY)
        found = calendar(store, secret)
        assert sorted(map(found.summary, found.entries)) == ["Person 1 – Absent", "Person 2 – Absent"]

    @pytest.mark.parametrize("is_of_domain", [False, True])
    def test_leaves_out_what_is_gone_first_and_then_what_begins_last(
        self,
        store: Store,
        clock: HandClock,
        person: Person,
        monkeypatch: pytest.MonkeyPatch,
        *,
        is_of_domain: bool,
    ):
        monkeypatch.setattr("domain.feeds.MOST_ENTRIES", 3)
        monkeypatch.setattr("services.feeds.MOST_ENTRIES", 3)
        secret = secret_of(store, None if is_of_domain else person)
        gone, *there = (
            booked(store, person, starts_at=NINE + day * DAY, ends_at=NINE + 9 * DAY) for day in range(1, 5)
        )
        plans.delete(store, HR, whom(person), gone.id)
        found = calendar(store, secret)
        assert ([entry.id for entry in found.entries], found.is_cut) == (
            [status.id for status in there],
            True,
        )
        clock.advance(MINUTE)
        plans.delete(store, HR, whom(person), there[2].id)
        *first, cancelled = calendar(store, secret).entries
        assert [entry.id for entry in first] == [status.id for status in there[:2]]
        assert (cancelled.id, cancelled.is_cancelled) == (there[2].id, True)


class TestAnAddress:
    def test_is_kept_as_a_digest(self, store: Store, person: Person):
        made = feeds.add(store, HR, whom(person), Wanted())
        with store.reading() as transaction:
            stored = transaction.feeds.get(made.feed.id)
        assert stored == made.feed
        assert made.secret not in repr(stored) + repr(made)
        assert stored is not None
        assert made.secret not in stored.secret_digest

    def test_is_unknown_once_it_is_revoked_or_its_person_deactivated(
        self, store: Store, people: list[Person]
    ):
        first = feeds.add(store, HR, whom(people[0]), Wanted())
        second = feeds.add(store, HR, whom(people[1]), Wanted())
        feeds.revoke(store, HR, whom(people[0]), first.feed.id)
        the_people.deactivate(store, people[1].email, by=SOMEBODY)
        for secret in (first.secret, second.secret, "guess", ""):
            with pytest.raises(FeedUnknown):
                feeds.read(store, secret)

    def test_goes_with_its_domain(self, store: Store, people: list[Person]):
        secrets = [secret_of(store, people[0]), secret_of(store, None)]
        domains.remove(store, 1)
        for secret in secrets:
            with pytest.raises(FeedUnknown):
                feeds.read(store, secret)

    def test_is_revoked_only_where_it_belongs(self, store: Store, people: list[Person]):
        of_first = feeds.add(store, HR, whom(people[0]), Wanted()).feed
        of_domain = feeds.add_to_domain(store, HR, 1, Wanted()).feed
        with pytest.raises(FeedUnknown):
            feeds.revoke(store, HR, whom(people[1]), of_first.id)
        with pytest.raises(FeedUnknown):
            feeds.revoke_of_domain(store, HR, 1, of_first.id)
        assert feeds.of_person(store, HR, whom(people[0])) == [of_first]
        assert feeds.of_domain(store, HR, 1) == [of_domain]

    def test_is_made_by_whoever_may_write(self, store: Store, people: list[Person]):
        member = Caller(
            Bearer(name="u2", domain_id=1, scopes=frozenset({Scope.USER}), user_id=people[1].user_id)
        )
        feeds.add(store, member, whom(people[1]), Wanted())
        with pytest.raises(OwnStatusesOnly):
            feeds.add(store, member, whom(people[0]), Wanted())
        with pytest.raises(ScopeMissing):
            feeds.add_to_domain(store, member, 1, Wanted())
        with pytest.raises(ScopeMissing):
            feeds.of_domain(store, member, 1)

    def test_of_another_is_not_revoked_by_a_client_that_writes_its_own_only(
        self, store: Store, person: Person
    ):
        choices = Choices(name="x", scopes=frozenset(Scope), public_key="", writes_own_only=True)
        client = new_client(a_domain(), choices).client
        register(store, client)
        bearer = replace(client.bearer(frozenset({Scope.DIRECTORY})), token_id="t1")  # noqa: S106 (an id)
        limited = Caller(bearer)
        feed = feeds.add(store, HR, whom(person), Wanted()).feed
        with pytest.raises(OwnBookingsOnly):
            feeds.revoke(store, limited, whom(person), feed.id)

    def test_is_one_of_a_limited_number(self, store: Store, person: Person):
        for _ in range(MOST_FEEDS):
            feeds.register(store, person.email, Wanted())
        with pytest.raises(TooManyFeeds):
            feeds.add(store, HR, whom(person), Wanted())

    @pytest.mark.parametrize("of_domain", [False, True])
    def test_is_counted_with_those_of_transactions_that_still_run(
        self, postgresql_url: str, clock: HandClock, *, of_domain: bool
    ):
        store = Store(postgresql_url, clock=clock)
        person = add_domain_with_people(store)[0]
        made = [
            new_feed(person.domain, None if of_domain else person, Detail.BUSY, None, by="x", now=NINE).feed
            for _ in range(MOST_FEEDS)
        ]
        add = (
            partial(feeds.add_to_domain, store, HR, 1, Wanted())
            if of_domain
            else partial(feeds.add, store, HR, whom(person), Wanted())
        )
        with ThreadPoolExecutor() as threads:
            with store.writing() as transaction:
                transaction.feeds.lock_owner(made[0])
                for feed in made:
                    transaction.feeds.add(feed)
                one_more = threads.submit(add)
                wait_until(partial(somebody_waits, store))
            with pytest.raises(TooManyFeeds):
                one_more.result(timeout=10)
        store.close()


def somebody_waits(store: Store) -> bool:
    """Return whether a transaction waits for another one."""
    with store.reading() as transaction:
        waiting = transaction.connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))
        return bool(waiting.scalar_one())


@pytest.fixture
def by_index(postgresql_url: str, clock: HandClock) -> Iterator[Store]:
    """Open a store of which whole tables are read only where no index helps."""
    store = Store(postgresql_url, clock=clock, by_index=True)
    yield store
    store.close()


@pytest.mark.parametrize("is_of_domain", [False, True])
def test_a_calendar_reads_no_whole_table(by_index: Store, *, is_of_domain: bool):
    person, *_ = add_domain_with_people(by_index)
    secret = secret_of(by_index, None if is_of_domain else person)
    read = scans(by_index, lambda: feeds.read(by_index, secret))
    assert not [name for name in read if name.startswith("all of")]
    assert {"uq_feed_secret_digest", "ix_status_person_id_in_force_at"} <= read
    # For a whole domain, the events of the last days are as good as those of each person.
    assert "ix_event_person_id_committed_at" in read or (is_of_domain and "ix_event_committed_at" in read)
