"""Points that the vendor leaves open and Presently decides, one test for each."""

import re

from sqlalchemy import update

from store import tables
from store.store import Store
from tests.api.clients import Works, written
from tests.api.works.answers import assert_refused
from tests.builders import DAY, HOUR, INSTANT, NINE, HandClock

SECOND = HOUR / 3600
TEN, ELEVEN = NINE + HOUR, NINE + 2 * HOUR
WINDOW = {"startTime": written(TEN), "endTime": written(ELEVEN)}


def test_post_is_201_and_put_and_patch_are_200(works: Works):
    posted = works.post()
    status_id = posted.json()["userProfileStatusId"]
    codes = (posted.status_code, works.put(status_id).status_code, works.patch(status_id).status_code)
    assert codes == (201, 200, 200)


def test_a_post_on_a_taken_slot_replaces_what_is_there(works: Works):
    old, new = works.posted(**WINDOW), works.posted("AWAY", **WINDOW)
    assert works.list() == [new]
    assert new["userProfileStatusId"] != old["userProfileStatusId"]


def test_that_statuses_are_off_is_a_bad_request(works: Works, store: Store):
    with store.writing() as transaction:
        transaction.connection.execute(update(tables.domain).values(statuses_are_on=False))
    assert works.post().json() == {"code": "BAD_REQUEST", "description": "The status must be enable."}


def test_a_status_that_is_not_in_use_is_a_bad_request(works: Works):
    assert works.post("CUSTOM12").json() == {"code": "BAD_REQUEST", "description": "Not used status."}


def test_an_end_alone_is_accepted(works: Works):
    posted = works.posted(endTime=written(TEN))
    assert (posted["scheduleType"], posted["startTime"]) == ("PRESENT", None)


def test_of_two_in_force_the_one_that_started_last_is_shown_and_uncovers_the_other(
    works: Works, clock: HandClock
):
    works.posted("AWAY", endTime=written(NINE + DAY))
    works.posted("ABSENCE", **WINDOW)
    seen = []
    for clock.now in (TEN - INSTANT, TEN, ELEVEN, NINE + DAY):
        shown = works.shown()
        seen.append(shown and shown["profileStatusId"])
    assert seen == ["AWAY", "ABSENCE", "AWAY", None]


def test_after_its_end_a_status_is_gone(works: Works, clock: HandClock):
    status_id = works.posted(**WINDOW)["userProfileStatusId"]
    clock.now = ELEVEN
    assert works.list() == []
    assert_refused(works.get(status_id), 404, "NOT_FOUND")


def test_lengths_are_counted_in_code_points(works: Works):
    assert works.post(statusMessage="\N{SLEEPING SYMBOL}" * 50).status_code == 201
    assert works.post(statusMessage="\N{SLEEPING SYMBOL}" * 51).status_code == 400


def test_a_start_that_is_now_is_present(works: Works):
    schedule_types = [
        works.posted(startTime=written(start), endTime=written(TEN))["scheduleType"]
        for start in (NINE, NINE + SECOND)
    ]
    assert schedule_types == ["PRESENT", "RESERVED"]


def test_an_id_is_uprofile_and_four_groups_of_hexadecimal_digits(works: Works):
    assert re.fullmatch(r"uprofile(-[0-9a-f]{4}){3}-[0-9a-f]{12}", works.posted()["userProfileStatusId"])
