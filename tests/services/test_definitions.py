"""Switching statuses off, and removing one that people have: what is deleted, the events, and concurrent writers."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from random import Random

import pytest

from domain.credentials import Caller, Scope
from domain.definitions import BUILT_IN, Definition, check_in_use
from domain.directory import Person, check_statuses_are_on
from domain.events import Author
from domain.refusals import NoDefinitions, StatusesAreOff, StatusNotInUse, WindowIsOver
from domain.status import Status
from domain.timeline import as_of
from services import definitions
from services.clients import Choices, new_client, register
from services.definitions import switch_off, switch_on
from store.store import Store
from tests.builders import HOUR, NINE, HandClock, a_domain, a_reserved_status, a_status
from tests.domain.strategies import DraftAhead
from tests.store.builders import (
    TickingClock,
    add_domain_with_people,
    at_once,
    change,
    drain,
    events_of,
    keep,
    retold,
    statuses_of,
)
from tests.writes import post

ADMINISTRATOR = Author("administrator", "request-7")
LUNCH = Definition(profile_status_id="CUSTOM01", name="Lunch", icon_type="EATING", display_order=5)


def disable(store: Store, domain_id: int = 1) -> None:
    with store.writing() as transaction:
        switch_off(transaction, domain_id, by=ADMINISTRATOR)


def enable(store: Store, domain_id: int = 1) -> None:
    with store.writing() as transaction:
        switch_on(transaction, domain_id)


def remove(store: Store, profile_status_id: str = "CUSTOM01") -> None:
    with store.writing() as transaction:
        transaction.definitions.lock(1)
        transaction.definitions.remove(1, profile_status_id)
        transaction.statuses.delete_all_in(1, profile_status_id=profile_status_id, by=ADMINISTRATOR)


def kinds(store: Store, person: Person) -> list[str]:
    return [event.kind for event in events_of(store, person)]


@pytest.mark.parametrize(
    "change_them",
    [
        lambda store, caller: definitions.disable(store, caller, 1),
        lambda store, caller: definitions.enable(store, caller, 1),
        lambda store, caller: definitions.delete(store, caller, 1, "CUSTOM01"),
        lambda store, caller: definitions.create(store, caller, 1, LUNCH),
        lambda store, caller: definitions.replace(
            store, caller, 1, replace(BUILT_IN["BUSY"], is_in_use=False)
        ),
        lambda store, caller: definitions.change(store, caller, 1, "BUSY", {"is_in_use": False}),
    ],
)
def test_a_client_that_writes_its_own_only_removes_nothing_from_everybody(
    store: Store, person: Person, change_them: Callable[[Store, Caller], object]
):
    keep(store, person, a_status())
    choices = Choices(name="HR", scopes=frozenset(Scope), public_key="", writes_own_only=True)
    client = new_client(a_domain(), choices).client
    register(store, client)
    bearer = client.bearer(frozenset({Scope.DIRECTORY}))
    with pytest.raises(NoDefinitions):
        change_them(store, Caller(replace(bearer, token_id="t1")))  # noqa: S106 (an id)
    assert len(statuses_of(store, person)) == 1


class TestSwitchingOff:
    def test_takes_every_status_of_everybody_with_an_event_each(self, store: Store, people: list[Person]):
        for person in people[:3]:
            keep(
                store,
                person,
                a_status(id=f"low-{person.id}", message="Low"),
                a_status(id=f"up-{person.id}", profile_status_id="AWAY", sequence=2),
                a_reserved_status(id=f"wait-{person.id}", sequence=3),
            )
        disable(store)
        for person in people:
            assert statuses_of(store, person) == []
        for person in people[:3]:
            told = {event.status_id: event for event in events_of(store, person)}
            assert set(told) == {f"low-{person.id}", f"up-{person.id}", f"wait-{person.id}"}
            for event in told.values():
                assert (event.kind, event.actor, event.request_id) == (
                    "DELETED",
                    "administrator",
                    "request-7",
                )
                assert (event.committed_at, event.shown_status_id) == (NINE, None)
            assert told[f"low-{person.id}"].message == "Low"
        assert kinds(store, people[3]) == []

    def test_tells_of_a_status_all_that_it_was(self, store: Store, person: Person):
        keep(store, person, a_reserved_status(message="Trip"))
        disable(store)
        (event,) = events_of(store, person)
        assert event._asdict() == {
            "id": 1,
            "kind": "DELETED",
            "domain_id": 1,
            "person_id": person.id,
            "due_at": None,
            "committed_at": NINE,
            "actor": "administrator",
            "actor_client": None,
            "request_id": "request-7",
            "job": None,
            "status_id": "uprofile-reserved",
            "schedule_type": "RESERVED",
            "profile_status_id": "BUSY",
            "message": "Trip",
            "starts_at": NINE + HOUR,
            "starts_offset": 0,
            "ends_at": NINE + 2 * HOUR,
            "ends_offset": 0,
            "auto_reply_id": None,
            "is_muted": False,
            "place": "works",
            "client": None,
            "zone": None,
            "wish": None,
            "revision": event.revision,
            "in_force_at": NINE + HOUR,
            "sequence": 2,
            "before": None,
            "shown_status_id": None,
            "shown_profile_status_id": None,
        }

    def test_tells_of_each_persons_statuses_in_the_order_in_which_they_were_written(
        self, store: Store, people: list[Person]
    ):
        for person in people[:3]:
            keep(
                store,
                person,
                *(a_status(id=f"{5 - sequence}-{person.id}", sequence=sequence) for sequence in (3, 1, 2)),
                a_reserved_status(id=f"9-{person.id}", sequence=4),
            )
        disable(store)
        for person in people[:3]:
            told = [event.status_id for event in events_of(store, person)]
            assert told == [f"{first}-{person.id}" for first in (4, 3, 2, 9)]

    def test_takes_the_definitions_and_leaves_those_of_other_domains(
        self, store: Store, people: list[Person]
    ):
        (other,) = add_domain_with_people(store, 1, "example.org")
        keep(store, people[0], a_status(id="here"))
        keep(store, other, a_status(id="there"))
        disable(store)
        with store.reading() as transaction:
            assert transaction.definitions.of(1) == {}
            assert transaction.definitions.of(2) == BUILT_IN
            assert transaction.directory.domain(2).statuses_are_on
        assert [status.id for status in statuses_of(store, other)] == ["there"]
        assert kinds(store, other) == []

    def test_twice_is_switching_off_once(self, store: Store, person: Person):
        keep(store, person, a_status())
        disable(store)
        disable(store)
        assert kinds(store, person) == ["DELETED"]

    def test_and_on_again_gives_the_built_in_ones_and_nothing_else(self, store: Store, person: Person):
        with store.writing() as transaction:
            transaction.definitions.add(1, [LUNCH])
        keep(store, person, a_status())
        disable(store)
        enable(store)
        with store.reading() as transaction:
            assert transaction.definitions.of(1) == BUILT_IN
        assert statuses_of(store, person) == []

    def test_switching_on_what_is_on_resets_nothing(self, store: Store, person: Person):
        with store.writing() as transaction:
            transaction.definitions.add(1, [LUNCH])
        keep(store, person, a_status())
        enable(store)
        with store.reading() as transaction:
            assert transaction.definitions.of(1) == {**BUILT_IN, "CUSTOM01": LUNCH}
        assert len(statuses_of(store, person)) == 1


class TestRemovingOne:
    @pytest.fixture(autouse=True)
    def _lunch(self, store: Store, people: list[Person]) -> None:
        assert people
        with store.writing() as transaction:
            transaction.definitions.add(1, [LUNCH])

    @pytest.mark.parametrize(
        ("covered", "shown"),
        [
            ([], None),
            ([a_status(id="work")], "work"),
            # The one that came into force last is shown; of two at once, the one written later.
            ([a_status(id="work"), a_status(id="later", in_force_at=NINE + HOUR)], "later"),
            ([a_status(id="work", sequence=2), a_status(id="first", sequence=1)], "work"),
            # Past and future ones are not shown; one whose start has come is, even if it is not promoted yet.
            ([a_status(id="over", ends_at=NINE + HOUR)], None),
            ([a_reserved_status(starts_at=NINE + 3 * HOUR, ends_at=NINE + 4 * HOUR)], None),
            ([a_reserved_status(id="due", ends_at=NINE + 3 * HOUR)], "due"),
            # A status in force stays so when the clock is set back.
            ([a_status(id="work", in_force_at=NINE + 3 * HOUR)], "work"),
        ],
    )
    def test_shows_again_what_was_covered(
        self, store: Store, clock: HandClock, person: Person, covered: list[Status], shown: str | None
    ):
        lunch = a_status(id="lunch", profile_status_id="CUSTOM01", in_force_at=NINE + 1.5 * HOUR, sequence=9)
        keep(store, person, lunch, *covered)
        clock.advance(2 * HOUR)
        remove(store)
        (event,) = events_of(store, person)
        assert (event.kind, event.status_id, event.shown_status_id) == ("DELETED", "lunch", shown)
        assert event.shown_profile_status_id == ("BUSY" if shown else None)
        timeline = as_of(statuses_of(store, person), clock.now)
        assert (timeline.shown.id if timeline.shown else None) == shown

    def test_takes_the_covered_and_the_reserved_one_as_well(self, store: Store, person: Person):
        own = [
            a_status(id="lunch", profile_status_id="CUSTOM01"),
            a_status(id="work", sequence=2),
            a_reserved_status(id="next", profile_status_id="CUSTOM01", sequence=3),
        ]
        keep(store, person, *own)
        remove(store)
        assert [status.id for status in statuses_of(store, person)] == ["work"]
        assert {event.status_id: event.shown_status_id for event in events_of(store, person)} == {
            "lunch": "work",
            "next": "work",
        }


class TestAtTheSameMoment:
    """Each reading advances the clock by a second, so short windows begin and end meanwhile."""

    @pytest.fixture
    def ticking(self, store_url: str) -> Iterator[Store]:
        opened = Store(store_url, clock=TickingClock())
        yield opened
        opened.close()

    @pytest.mark.parametrize("take_away", [disable, remove])
    def test_as_writers_and_workers_nothing_is_left_and_every_story_is_true(
        self, ticking: Store, take_away: Callable[[Store], None]
    ):
        people = add_domain_with_people(ticking, 5)

        def write(seed: int) -> None:
            dice = Random(seed)  # noqa: S311 (nothing depends on its being unforeseeable)
            for _ in range(6):
                with suppress(StatusesAreOff, StatusNotInUse, WindowIsOver):
                    choose_lunch(ticking, dice.choice(people), dice)

        def work() -> None:
            drain(ticking, limit=3)

        for seed in range(10):
            enable(ticking)
            with ticking.writing() as transaction:
                transaction.definitions.add(1, [LUNCH])
            write(seed)
            tasks = [partial(take_away, ticking), partial(write, seed + 10), partial(write, seed + 20)]
            at_once([*tasks, partial(work), partial(work)])
            assert [statuses_of(ticking, person) for person in people] == [[]] * 5

        told = Counter(kind for person in people for kind in kinds(ticking, person))
        assert told["DELETED"] >= 10
        for person in people:
            assert retold(events_of(ticking, person)) == {}
            moments = [event.committed_at for event in events_of(ticking, person)]
            assert moments == sorted(moments)


def choose_lunch(store: Store, person: Person, dice: Random) -> None:
    """Post as the API does: the domain's definitions are checked once the person is locked."""
    starts_in, ends_in = (timedelta(seconds=seconds) for seconds in sorted(dice.sample(range(-2, 20), 2)))
    window = dice.choice([(starts_in, ends_in), (None, ends_in), (None, None)])

    def rule(statuses: Sequence[Status], now: datetime) -> tuple[Status, ...]:
        check_statuses_are_on(transaction.directory.domain(1))
        check_in_use(transaction.definitions.of(1), "CUSTOM01")
        return post(statuses, DraftAhead("CUSTOM01", None, window, None).at(now), now)[0]

    with store.writing() as transaction:
        change(transaction, person.id, rule, by=ADMINISTRATOR)
