"""Planned statuses beside both dialects: they replace nothing, and whoever sees one can end it."""

import pytest

from domain.status import Place, ScheduleType
from tests.api.clients import Oof, Works, written
from tests.api.many_windows.moments import ELEVEN, NOON, ONE, TEN, scheduled, window
from tests.api.many_windows.planner import Planner
from tests.builders import NINE, HandClock

pytestmark = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)


def test_an_upsert_applies_only_what_differs_from_what_its_client_last_said(
    works: Works, oof: Oof, planner: Planner
):
    planner.upsert("leave-7", NINE, ONE, reply="HR")
    (leave,) = works.list()
    this = leave["userProfileStatusId"]
    works.patch(this, endTime=written(ELEVEN), statusMessage="Call Kim")
    oof.save(state=0)
    changed = leave | {"endTime": written(ELEVEN), "statusMessage": "Call Kim", "autoReplyMail": None}
    told = planner.events()
    planner.upsert("leave-7", NINE, ONE, reply="HR")
    assert (works.list(), planner.events()) == ([changed], told)
    planner.upsert("leave-7", NINE, ONE, reply="HR", profile_status_id="BUSY")
    (after,) = works.list()
    names = ("profileStatusId", "profileStatusName", "iconUrl")
    assert after == changed | {name: after[name] for name in names}
    assert after["profileStatusId"] == "BUSY"


@pytest.mark.parametrize("ended_by", ["delete", "end", "naver works"])
def test_what_was_ended_stays_ended_until_its_window_is_another(
    works: Works, planner: Planner, ended_by: str
):
    leave = planner.upsert("leave-7", NINE, NOON)
    assert leave is not None
    match ended_by:
        case "delete":
            planner.delete(leave)
        case "end":
            planner.end(leave)
        case _:
            works.delete(leave.works_id)
    assert planner.upsert("leave-7", NINE, NOON) is None
    assert planner.upsert("leave-7", NINE, NOON, message="On leave") is None
    assert works.list() == []
    assert planner.upsert("leave-7", NINE, ONE) is not None
    assert [status["endTime"] for status in works.list()] == [written(ONE)]


def test_a_status_that_is_moved_natively_into_a_taken_place_fills_none(works: Works, planner: Planner):
    present = works.posted("AWAY")
    reserved = works.posted("BUSY", **window(TEN, ELEVEN))
    moved = planner.change(planner.stored(present["userProfileStatusId"]), starts_at=NOON, ends_at=ONE)
    assert (moved.place, moved.schedule_type) == (None, ScheduleType.RESERVED)
    assert works.list() == [reserved]
    assert works.get(moved.works_id).status_code == 200


def test_a_status_that_is_moved_natively_keeps_a_place_that_is_free(works: Works, planner: Planner):
    present = works.posted("AWAY")
    moved = planner.change(planner.stored(present["userProfileStatusId"]), starts_at=NOON, ends_at=ONE)
    assert moved.place is Place.WORKS
    assert [status["scheduleType"] for status in works.list()] == ["RESERVED"]


@pytest.mark.parametrize("how", ["delete", "end"])
def test_what_is_ended_natively_shows_what_it_covered(
    works: Works, oof: Oof, planner: Planner, clock: HandClock, how: str
):
    """Whoever wrote it: an administrator's out-of-office, a status of NAVER WORKS, and a plan."""
    below = works.posted("AWAY")
    planner.add(NINE, NOON)
    oof.save(**scheduled(NINE, ONE, "own"))
    clock.now = TEN
    while len(works.list()) and works.list() != [below]:
        upper = planner.stored(works.list()[0]["userProfileStatusId"])
        (planner.delete if how == "delete" else planner.end)(upper)
    assert works.list() == [below]
    assert oof.read()["state"] == 0


def test_statuses_that_are_switched_off_all_go(works: Works, oof: Oof, planner: Planner):
    """Whoever wrote them, in force or ahead."""
    works.posted("AWAY")
    works.posted("BUSY", **window(TEN, ELEVEN))
    oof.save(**scheduled(TEN, ELEVEN, "own"))
    planner.add(NINE, NOON)
    planner.add(TEN, NOON)
    assert works.http.post("/v1.0/directory/profile-statuses/disable").status_code == 204
    assert (planner.ids(), works.list()) == (set(), [])


def test_statuses_of_a_definition_that_is_removed_go(works: Works, planner: Planner):
    definition = {"iconType": "AT_HOME", "profileStatusName": "Home", "displayOrder": 9}
    made = works.http.post(
        "/v1.0/directory/profile-statuses",
        json={"domainId": 1, "profileStatusId": "CUSTOM05", **definition},
    )
    assert made.status_code == 201
    planner.add(TEN, NOON, profile_status_id="CUSTOM05")
    planner.add(NINE, NOON, profile_status_id="CUSTOM05")
    stays = planner.add(TEN, NOON)
    works.posted("CUSTOM05", **window(TEN, ELEVEN))
    gone = works.http.delete("/v1.0/directory/profile-statuses/CUSTOM05?domainId=1")
    assert gone.status_code == 204
    assert planner.ids() == {stays.id}
