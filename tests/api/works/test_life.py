"""From booking to end. Reading is exact whether or not due transitions have been made."""

from collections.abc import Callable

import pytest

from store.store import Store
from tests.api.clients import Works, written
from tests.api.works.answers import assert_refused
from tests.builders import DAY, HOUR, INSTANT, NINE, HandClock
from tests.store.builders import drain

TEN, ELEVEN, NOON = NINE + HOUR, NINE + 2 * HOUR, NINE + 3 * HOUR
LEAVE = {"startTime": written(TEN), "endTime": written(NOON)}

Settle = Callable[[], object]


@pytest.fixture(params=[True, False], ids=["carried out", "not carried out"])
def settle(request: pytest.FixtureRequest, store: Store) -> Settle:
    """Return a function that makes due transitions, or one that does nothing."""
    return (lambda: drain(store)) if request.param else (lambda: None)


def shown_by(works: Works) -> list[tuple[str, str]]:
    """List the statuses, each as its profile status and its schedule type."""
    return [(status["profileStatusId"], status["scheduleType"]) for status in works.list()]


def test_a_reserved_status_is_present_from_its_start_until_its_end(
    works: Works, clock: HandClock, settle: Settle
):
    reserved = works.posted("ABSENCE", **LEAVE)
    for moment, listed in [
        (TEN - INSTANT, [reserved]),
        (TEN, [reserved | {"scheduleType": "PRESENT"}]),
        (NOON - INSTANT, [reserved | {"scheduleType": "PRESENT"}]),
        (NOON, []),
    ]:
        clock.now = moment
        settle()
        assert works.list() == listed


def test_what_a_leave_covered_shows_again_after_it(works: Works, clock: HandClock, settle: Settle):
    works.posted("AWAY", endTime=written(NINE + DAY))
    works.posted("ABSENCE", **LEAVE)
    for moment, listed in [
        (NINE, [("AWAY", "PRESENT"), ("ABSENCE", "RESERVED")]),
        (TEN, [("ABSENCE", "PRESENT")]),
        (NOON, [("AWAY", "PRESENT")]),
        (NINE + DAY, []),
    ]:
        clock.now = moment
        settle()
        assert shown_by(works) == listed


def test_what_ended_while_it_was_covered_does_not_show_again(works: Works, clock: HandClock, settle: Settle):
    works.posted("AWAY", endTime=written(ELEVEN))
    works.posted("ABSENCE", **LEAVE)
    for moment in (TEN, ELEVEN, NOON):
        clock.now = moment
        settle()
    assert shown_by(works) == []


def test_a_covered_status_can_still_be_looked_at_and_taken_away(
    works: Works, clock: HandClock, settle: Settle
):
    covered = works.posted("AWAY")
    works.posted("ABSENCE", **LEAVE)
    clock.now = TEN
    settle()
    assert works.get(covered["userProfileStatusId"]).json() == covered
    assert works.delete(covered["userProfileStatusId"]).status_code == 204
    clock.now = NOON
    settle()
    assert shown_by(works) == []


def test_a_status_that_is_taken_away_uncovers_the_one_below(works: Works, clock: HandClock, settle: Settle):
    works.posted("AWAY")
    leave = works.posted("ABSENCE", **LEAVE)
    clock.now = TEN
    settle()
    works.delete(leave["userProfileStatusId"])
    assert shown_by(works) == [("AWAY", "PRESENT")]


def test_a_status_without_an_end_stays(works: Works, clock: HandClock, settle: Settle):
    works.posted("BUSY")
    clock.advance(10_000 * DAY)
    settle()
    assert shown_by(works) == [("BUSY", "PRESENT")]


def test_a_window_that_passed_unseen_is_never_shown(works: Works, clock: HandClock, settle: Settle):
    leave = works.posted("ABSENCE", **LEAVE)
    clock.now = NOON
    settle()
    assert shown_by(works) == []
    assert_refused(works.get(leave["userProfileStatusId"]), 404, "NOT_FOUND")


def test_a_reserved_status_that_is_taken_away_never_starts(works: Works, clock: HandClock, settle: Settle):
    leave = works.posted("ABSENCE", **LEAVE)
    assert works.delete(leave["userProfileStatusId"]).status_code == 204
    clock.now = TEN
    settle()
    assert shown_by(works) == []


def test_a_booking_for_later_can_be_made_while_another_is_in_force(
    works: Works, clock: HandClock, settle: Settle
):
    works.posted("ABSENCE", **LEAVE)
    clock.now = TEN
    settle()
    works.posted("BUSY", startTime=written(ELEVEN), endTime=written(NOON))
    assert shown_by(works) == [("ABSENCE", "PRESENT"), ("BUSY", "RESERVED")]
    clock.now = ELEVEN
    settle()
    assert shown_by(works) == [("BUSY", "PRESENT")]
