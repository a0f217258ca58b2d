"""The rules of a status, and their effect on the previous one."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import update

from store import tables
from store.store import Store
from tests.api.clients import Works, written
from tests.api.works.answers import assert_refused
from tests.builders import DAY, HOUR, NINE, HandClock
from tests.store.builders import drain

SECOND = HOUR / 3600
TEN, ELEVEN, NOON = NINE + HOUR, NINE + 2 * HOUR, NINE + 3 * HOUR


def a_window(starts_at: datetime | None, ends_at: datetime | None) -> dict[str, Any]:
    """Return a window in a request's form."""
    return {
        "startTime": written(starts_at) if starts_at else None,
        "endTime": written(ends_at) if ends_at else None,
    }


@pytest.mark.parametrize(
    ("window", "schedule_type"),
    [
        # Without times it begins now, until the next change.
        (a_window(None, None), "PRESENT"),
        # With only an end, until then.
        (a_window(None, NINE + SECOND), "PRESENT"),
        # A start in the future makes it reserved.
        (a_window(NINE - DAY, TEN), "PRESENT"),
        (a_window(NINE - SECOND, TEN), "PRESENT"),
        (a_window(NINE, TEN), "PRESENT"),
        (a_window(NINE + SECOND, TEN), "RESERVED"),
        (a_window(NINE + 1000 * DAY, NINE + 1000 * DAY + SECOND), "RESERVED"),
    ],
)
def test_a_status_is_reserved_when_its_start_lies_ahead(
    works: Works, window: dict[str, Any], schedule_type: str
):
    posted = works.posted(**window)
    assert posted["scheduleType"] == schedule_type
    assert posted | window == posted
    assert works.list() == [posted]


@pytest.mark.parametrize(
    ("window", "code"),
    [
        # A start needs an end…
        (a_window(TEN, None), "MISSING_PARAMETER"),
        (a_window(NINE - HOUR, None), "MISSING_PARAMETER"),
        # …that is after it…
        (a_window(TEN, TEN), "INVALID_PARAMETER"),
        (a_window(ELEVEN, TEN), "INVALID_PARAMETER"),
        # …and in the future.
        (a_window(None, NINE), "INVALID_PARAMETER"),
        (a_window(None, NINE - SECOND), "INVALID_PARAMETER"),
        (a_window(NINE - HOUR, NINE), "INVALID_PARAMETER"),
        (a_window(NINE - 2 * HOUR, NINE - HOUR), "INVALID_PARAMETER"),
    ],
)
def test_a_window_that_cannot_be_is_refused_and_changes_nothing(
    works: Works, window: dict[str, Any], code: str
):
    posted = works.posted("AWAY")
    assert_refused(works.post(**window), 400, code, naming="endTime")
    assert works.list() == [posted]


def test_a_start_that_comes_without_the_key_of_its_end_lacks_it_too(works: Works):
    assert_refused(works.post(startTime=written(TEN)), 400, "MISSING_PARAMETER", naming="endTime")


def test_times_with_different_offsets_are_compared_as_moments(works: Works):
    window = {"startTime": "2026-12-01T09:00:00+09:00", "endTime": "2026-12-01T01:00:00+01:00"}
    assert_refused(works.post(**window), 400, "INVALID_PARAMETER", naming="endTime")
    assert works.post(**(window | {"endTime": "2026-12-01T01:00:01+01:00"})).status_code == 201


def test_a_person_has_a_present_and_a_reserved_status(works: Works):
    present, reserved = works.posted(), works.posted("ABSENCE", **a_window(TEN, ELEVEN))
    assert works.list() == [present, reserved]


def test_a_present_status_replaces_the_present_one(works: Works):
    replaced, reserved = works.posted("AWAY"), works.posted("ABSENCE", **a_window(TEN, ELEVEN))
    new = works.posted("BUSY", statusMessage="now")
    assert works.list() == [new, reserved]
    assert new["userProfileStatusId"] != replaced["userProfileStatusId"]
    assert_refused(works.get(replaced["userProfileStatusId"]), 404, "NOT_FOUND")


def test_a_reserved_status_replaces_the_reserved_one(works: Works):
    present, replaced = works.posted("AWAY"), works.posted("ABSENCE", **a_window(TEN, ELEVEN))
    new = works.posted("ABSENCE", **a_window(TEN, NOON))
    assert works.list() == [present, new]
    assert_refused(works.get(replaced["userProfileStatusId"]), 404, "NOT_FOUND")


def test_a_present_status_replaces_what_it_covers_as_well(works: Works, clock: HandClock, store: Store):
    works.posted("AWAY")
    works.posted("ABSENCE", **a_window(TEN, NOON))
    clock.advance(HOUR)
    drain(store)
    works.posted("BUSY", **a_window(None, ELEVEN))
    clock.advance(HOUR)
    assert works.list() == []


def test_of_several_leaves_the_one_posted_last_remains(works: Works):
    """A sync job posts all leaves of a month, the nearest last, and the nearest must remain."""
    leaves = [
        works.posted("ABSENCE", **a_window(NINE + days * DAY, NINE + (days + 1) * DAY))
        for days in (20, 10, 1)
    ]
    assert works.list() == leaves[-1:]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"statusMessage": "x"},
        a_window(None, TEN),
        a_window(NINE - HOUR, TEN),
        a_window(TEN, ELEVEN),
        a_window(TEN, ELEVEN) | {"autoReplyMail": {"internal": {"content": "x", "sentDirectlyToMe": True}}},
    ],
)
def test_posting_what_is_there_already_changes_nothing(works: Works, clock: HandClock, said: dict[str, Any]):
    posted = works.posted("ABSENCE", **said)
    clock.advance(HOUR / 2)
    repeated = works.post("ABSENCE", **said)
    assert (repeated.status_code, repeated.json()) == (201, posted)
    assert works.list() == [posted]


def test_a_leave_posted_again_while_it_runs_stays_the_same(works: Works, clock: HandClock, store: Store):
    """A daemon posts 09:00 to 18:00 of the leave days every half hour, also during the leave."""
    window = a_window(TEN, NOON)
    posted = works.posted("ABSENCE", **window)
    for half_hours in range(1, 6):
        clock.now = NINE + half_hours * HOUR / 2
        if half_hours == 4:
            drain(store)
        again = works.posted("ABSENCE", **window)
        assert again["userProfileStatusId"] == posted["userProfileStatusId"]
    clock.now = NOON
    assert_refused(works.post("ABSENCE", **window), 400, "INVALID_PARAMETER", naming="endTime")


def test_a_covered_leave_that_is_posted_again_stays_covered(works: Works, clock: HandClock):
    leave = a_window(NINE, NINE + DAY)
    works.posted("ABSENCE", **leave)
    works.posted("BUSY", **a_window(TEN, ELEVEN))
    clock.now = TEN
    works.posted("ABSENCE", **leave)
    assert [status["profileStatusId"] for status in works.list()] == ["BUSY"]
    clock.now = ELEVEN
    assert [status["profileStatusId"] for status in works.list()] == ["ABSENCE"]


def test_the_statuses_of_others_stay(works: Works):
    theirs = works.of("u2@example.com").posted("AWAY")
    works.posted("BUSY")
    assert works.of("u2@example.com").list() == [theirs]


def test_statuses_that_are_switched_off_are_refused_before_anything_else_about_them(
    works: Works, store: Store
):
    with store.writing() as transaction:
        transaction.connection.execute(update(tables.domain).values(statuses_are_on=False))
    for profile_status_id in ("BUSY", "CUSTOM01"):
        refused = works.post(profile_status_id)
        assert_refused(refused, 400, "BAD_REQUEST", naming="The status must be enable.")
