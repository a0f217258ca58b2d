from datetime import datetime, timedelta

import pytest

from domain.directory import Person
from domain.events import EventKind
from domain.status import ScheduleType, Status, promoted
from store.due import Kind, Transition
from store.store import Store
from tests.builders import (
    DAY,
    HOUR,
    INSTANT,
    MINUTE,
    NINE,
    HandClock,
    a_reserved_status,
    a_status,
    an_auto_reply,
)
from tests.store.builders import disable, drain, events_of, keep, promote, reserve_for_all, statuses_of

LEAVE = a_reserved_status(id="leave", profile_status_id="ABSENCE")
HOME = a_status(id="home", profile_status_id="BUSY")


class TestPromoting:
    @pytest.mark.parametrize(
        ("passed", "kinds", "left"),
        [
            # A leave from ten to eleven, at times from nine on…
            (HOUR - INSTANT, [], {"leave": "RESERVED"}),
            (HOUR, ["PROMOTED"], {"leave": "PRESENT"}),
            (2 * HOUR - INSTANT, ["PROMOTED"], {"leave": "PRESENT"}),
            (2 * HOUR, ["LAPSED"], {}),
        ],
    )
    def test_a_reserved_status_comes_into_force_at_its_start_unless_its_end_has_come(
        self,
        store: Store,
        clock: HandClock,
        person: Person,
        passed: timedelta,
        kinds: list[str],
        left: dict[str, str],
    ):
        keep(store, person, LEAVE)
        clock.advance(passed)
        done = promote(store)
        assert done == [Transition("leave", EventKind(kind), passed - HOUR) for kind in kinds]
        assert [event.kind for event in events_of(store, person)] == kinds
        assert {status.id: status.schedule_type for status in statuses_of(store, person)} == left

    def test_changes_nothing_else(self, store: Store, clock: HandClock, person: Person):
        leave = a_reserved_status(message="부재", auto_reply=an_auto_reply())
        keep(store, person, leave, HOME)
        clock.advance(HOUR)
        promote(store)
        assert set(statuses_of(store, person)) == {promoted(leave), HOME}

    def test_goes_by_the_start_earliest_first_and_then_by_id(
        self, store: Store, clock: HandClock, people: list[Person]
    ):
        starts = {"d": 3, "c": 1, "b": 2, "a": 2}
        for person, (id_, minutes) in zip(people, starts.items(), strict=False):
            keep(store, person, a_reserved_status(id=id_, starts_at=NINE + minutes * MINUTE))
        clock.advance(HOUR)
        assert [made.status_id for made in promote(store, limit=3)] == ["c", "a", "b"]
        assert [made.status_id for made in promote(store, limit=3)] == ["d"]
        assert promote(store, limit=3) == []
        told = sorted((event.id, event.status_id) for person in people for event in events_of(store, person))
        assert [status_id for _, status_id in told] == ["c", "a", "b", "d"]

    def test_tells_what_is_shown_after_it(self, store: Store, clock: HandClock, person: Person):
        keep(store, person, HOME, LEAVE)
        clock.advance(HOUR)
        promote(store)
        (event,) = events_of(store, person)
        assert (event.shown_status_id, event.shown_profile_status_id) == ("leave", "ABSENCE")

    def test_tells_of_a_lapse_with_the_status_as_it_was(self, store: Store, clock: HandClock, person: Person):
        keep(store, person, HOME, LEAVE)
        clock.advance(DAY)
        promote(store)
        (event,) = events_of(store, person)
        assert (event.status_id, event.schedule_type, event.due_at) == ("leave", "RESERVED", NINE + HOUR)
        assert (event.actor, event.committed_at, event.shown_status_id) == ("time", NINE + DAY, "home")

    def test_some_may_lapse_while_others_come_into_force(
        self, store: Store, clock: HandClock, people: list[Person]
    ):
        reserve_for_all(store, people[:3], ends_at=NINE + 2 * HOUR)
        reserve_for_all(store, people[3:6], ends_at=NINE + 3 * HOUR)
        clock.advance(2 * HOUR)
        done = {made.status_id: made.kind for made in promote(store)}
        assert done == {
            f"uprofile-{person.id}": EventKind.LAPSED if person in people[:3] else EventKind.PROMOTED
            for person in people[:6]
        }
        kept = [[status.schedule_type for status in statuses_of(store, person)] for person in people[:6]]
        assert kept == [[]] * 3 + [[ScheduleType.PRESENT]] * 3


class TestDisabling:
    @pytest.mark.parametrize(
        ("passed", "kinds"), [(HOUR - INSTANT, []), (HOUR, ["DISABLED"]), (DAY, ["DISABLED"])]
    )
    def test_a_status_in_force_is_gone_at_its_end(
        self, store: Store, clock: HandClock, person: Person, passed: timedelta, kinds: list[str]
    ):
        keep(store, person, a_status(id="leave", ends_at=NINE + HOUR))
        clock.advance(passed)
        assert disable(store) == [Transition("leave", EventKind.DISABLED, passed - HOUR) for _ in kinds]
        assert [event.kind for event in events_of(store, person)] == kinds
        assert [status.id for status in statuses_of(store, person)] == ([] if kinds else ["leave"])

    def test_a_status_without_an_end_stays(self, store: Store, clock: HandClock, person: Person):
        keep(store, person, HOME)
        clock.advance(1000 * DAY)
        assert disable(store) == []

    def test_a_reserved_status_is_not_ended(self, store: Store, clock: HandClock, person: Person):
        """It has lapsed, which only promotion handles."""
        keep(store, person, LEAVE)
        clock.advance(DAY)
        assert disable(store) == []

    def test_what_was_covered_shows_again(self, store: Store, clock: HandClock, person: Person):
        leave = a_status(
            id="leave", in_force_at=NINE + MINUTE, ends_at=NINE + HOUR, sequence=2, auto_reply=an_auto_reply()
        )
        keep(store, person, HOME, leave)
        clock.advance(HOUR)
        disable(store)
        (event,) = events_of(store, person)
        assert (event.status_id, event.schedule_type) == ("leave", "PRESENT")
        assert (event.shown_status_id, event.shown_profile_status_id) == ("home", "BUSY")

    @pytest.mark.parametrize("sequences", [(1, 2), (2, 1)])
    def test_of_two_that_came_into_force_together_the_one_written_last_shows_again(
        self, store: Store, clock: HandClock, person: Person, sequences: tuple[int, int]
    ):
        covering = a_status(id="covering", in_force_at=NINE + MINUTE, ends_at=NINE + HOUR, sequence=3)
        keep(
            store,
            person,
            *(a_status(id=f"sequence {sequence}", sequence=sequence) for sequence in sequences),
            covering,
        )
        clock.advance(HOUR)
        disable(store)
        (event,) = events_of(store, person)
        assert event.shown_status_id == "sequence 2"


class TestEachPersonsTransitions:
    """They are made in due order, whichever kind is drained first."""

    ENDS_FIRST = (
        a_status(id="home", ends_at=NINE + HOUR),
        a_reserved_status(id="leave", starts_at=NINE + HOUR + MINUTE),
    )

    def test_a_start_waits_for_an_earlier_end(self, store: Store, clock: HandClock, person: Person):
        keep(store, person, *self.ENDS_FIRST)
        clock.advance(2 * HOUR - MINUTE)
        assert promote(store) == []
        assert [made.status_id for made in disable(store)] == ["home"]
        assert [made.status_id for made in promote(store)] == ["leave"]

    def test_an_end_waits_for_an_earlier_start(self, store: Store, clock: HandClock, person: Person):
        keep(store, person, a_status(id="home", ends_at=NINE + HOUR + MINUTE), LEAVE)
        clock.advance(2 * HOUR - MINUTE)
        assert disable(store) == []
        assert [made.status_id for made in promote(store)] == ["leave"]
        assert [made.status_id for made in disable(store)] == ["home"]

    def test_an_end_waits_for_an_earlier_end(self, store: Store, clock: HandClock, person: Person):
        layers = [a_status(id=f"layer {n}", sequence=n, ends_at=NINE + n * MINUTE) for n in (3, 1, 2)]
        keep(store, person, *layers)
        clock.advance(HOUR)
        assert [[made.status_id for made in disable(store)] for _ in layers] == [
            ["layer 1"],
            ["layer 2"],
            ["layer 3"],
        ]

    def test_a_start_and_an_end_at_the_same_moment_do_not_wait_for_each_other(
        self, store: Store, clock: HandClock, person: Person
    ):
        keep(store, person, a_status(id="home", ends_at=NINE + HOUR), LEAVE)
        clock.advance(HOUR)
        assert [made.status_id for made in promote(store)] == ["leave"]
        assert [made.status_id for made in disable(store)] == ["home"]

    def test_nobody_waits_for_somebody_else(self, store: Store, clock: HandClock, people: list[Person]):
        keep(store, people[0], *self.ENDS_FIRST)
        keep(store, people[1], a_reserved_status(id="other", starts_at=NINE + HOUR + 2 * MINUTE))
        clock.advance(2 * HOUR - MINUTE)
        assert [made.status_id for made in promote(store, limit=1)] == ["other"]

    def test_everything_overdue_is_caught_up_with(self, store: Store, clock: HandClock, person: Person):
        keep(store, person, *self.ENDS_FIRST, a_status(id="base", in_force_at=NINE - HOUR))
        clock.advance(DAY)
        assert [(made.status_id, made.kind) for made in drain(store)] == [
            ("home", EventKind.DISABLED),
            ("leave", EventKind.LAPSED),
        ]
        assert [status.id for status in statuses_of(store, person)] == ["base"]


WAITING = [
    a_reserved_status(id="ten", starts_at=NINE + HOUR, ends_at=NINE + 9 * HOUR),
    a_reserved_status(id="eleven", starts_at=NINE + 2 * HOUR, ends_at=NINE + 8 * HOUR),
    a_status(id="until noon", ends_at=NINE + 3 * HOUR),
    a_status(id="until one", ends_at=NINE + 4 * HOUR),
    a_status(id="for good"),
]


class TestLookingAhead:
    @pytest.fixture(autouse=True)
    def _waiting(self, store: Store, people: list[Person]) -> None:
        for person, status in zip(people, WAITING, strict=False):
            keep(store, person, status)

    @pytest.mark.parametrize(
        ("kind", "after", "moment"),
        [
            (Kind.START, None, NINE + HOUR),
            (Kind.START, NINE + HOUR - INSTANT, NINE + HOUR),
            (Kind.START, NINE + HOUR, NINE + 2 * HOUR),
            (Kind.START, NINE + 2 * HOUR, None),
            (Kind.END, None, NINE + 3 * HOUR),
            (Kind.END, NINE + 3 * HOUR - INSTANT, NINE + 3 * HOUR),
            (Kind.END, NINE + 3 * HOUR, NINE + 4 * HOUR),
            (Kind.END, NINE + 4 * HOUR, None),
        ],
    )
    def test_the_earliest_is_next(
        self, store: Store, kind: Kind, after: datetime | None, moment: datetime | None
    ):
        with store.reading() as transaction:
            assert transaction.due.next(kind, after=after) == moment

    @pytest.mark.parametrize("kind", list(Kind))
    def test_an_overdue_transition_is_next_too(self, store: Store, clock: HandClock, kind: Kind):
        clock.advance(DAY)
        with store.reading() as transaction:
            assert transaction.due.next(kind) == NINE + (HOUR if kind is Kind.START else 3 * HOUR)

    @pytest.mark.parametrize(
        ("kind", "by", "moment"),
        [
            (Kind.START, NINE + HOUR - INSTANT, None),
            (Kind.START, NINE + HOUR, NINE + HOUR),
            (Kind.START, NINE + 2 * HOUR - INSTANT, NINE + HOUR),
            (Kind.START, NINE + DAY, NINE + 2 * HOUR),
            (Kind.END, NINE + 3 * HOUR - INSTANT, None),
            (Kind.END, NINE + DAY, NINE + 4 * HOUR),
        ],
    )
    def test_the_latest_by_a_moment_is_told(
        self, store: Store, kind: Kind, by: datetime, moment: datetime | None
    ):
        with store.reading() as transaction:
            assert transaction.due.last(kind, by=by) == moment

    @pytest.mark.parametrize(
        ("kind", "count", "by", "is_more"),
        [
            (Kind.START, 0, NINE + HOUR - INSTANT, False),
            (Kind.START, 0, NINE + HOUR, True),
            (Kind.START, 1, NINE + 2 * HOUR - INSTANT, False),
            (Kind.START, 1, NINE + 2 * HOUR, True),
            (Kind.START, 2, NINE + DAY, False),
            (Kind.END, 1, NINE + 4 * HOUR, True),
            (Kind.END, 2, NINE + DAY, False),
        ],
    )
    def test_it_is_told_whether_more_are_due(
        self, store: Store, kind: Kind, count: int, by: datetime, is_more: bool
    ):
        with store.reading() as transaction:
            assert transaction.due.is_more_than(kind, count, by=by) is is_more


@pytest.mark.parametrize("kind", list(Kind))
def test_where_nothing_waits_nothing_is_next(store: Store, kind: Kind):
    with store.reading() as transaction:
        assert transaction.due.next(kind) is None
        assert transaction.due.last(kind, by=NINE + DAY) is None
        assert transaction.due.is_more_than(kind, 0, by=NINE + DAY) is False


def test_an_event_keeps_the_auto_reply_of_its_status(store: Store, clock: HandClock, person: Person):
    status: Status = a_status(ends_at=NINE + HOUR, auto_reply=an_auto_reply())
    keep(store, person, status)
    clock.advance(HOUR)
    disable(store)
    (event,) = events_of(store, person)
    assert event.auto_reply_id == 1


def test_a_rehearsal_changes_nothing_however_much_is_due(store: Store, clock: HandClock, person: Person):
    keep(store, person, LEAVE, a_status(id="home", ends_at=NINE + HOUR))
    clock.advance(DAY)
    before = statuses_of(store, person)
    with store.writing() as transaction:
        transaction.due.rehearse()
    assert statuses_of(store, person) == before
    assert events_of(store, person) == []
