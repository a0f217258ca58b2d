"""What PUT clears and PATCH leaves."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import update

from api.works.schemas import StatusBody
from store import tables
from store.store import Store
from tests.api.clients import Works, written
from tests.api.works.answers import assert_refused
from tests.builders import HOUR, NINE, HandClock

TEN, ELEVEN, NOON = NINE + HOUR, NINE + 2 * HOUR, NINE + 3 * HOUR
REPLY = {
    "internal": {"content": "inside", "sentDirectlyToMe": True},
    "external": {"content": "outside", "sentDirectlyToMe": False},
}


def a_window(starts_at: datetime, ends_at: datetime) -> dict[str, Any]:
    """Return a window in a request's form."""
    return {"startTime": written(starts_at), "endTime": written(ends_at)}


FULL = {"statusMessage": "x", "autoReplyMail": REPLY, **a_window(NINE - HOUR, ELEVEN)}


def test_put_empties_what_it_does_not_give(works: Works):
    posted = works.posted("ABSENCE", **FULL)
    put = works.put(posted["userProfileStatusId"], "LEAVE_OFFICE", statusMessage="x")
    assert put.status_code == 200
    assert put.json() == posted | {
        "profileStatusId": "LEAVE_OFFICE",
        "profileStatusName": "Off work",
        "iconUrl": "http://testserver/icons/OFF.svg",
        "startTime": None,
        "endTime": None,
        "autoReplyMail": None,
    }
    assert works.list() == [put.json()]


def test_patch_leaves_what_it_does_not_give(works: Works):
    posted = works.posted("ABSENCE", **FULL)
    patched = works.patch(posted["userProfileStatusId"], statusMessage="y")
    assert (patched.status_code, patched.json()) == (200, posted | {"statusMessage": "y"})
    assert works.list() == [patched.json()]


def test_a_patch_that_gives_nothing_changes_nothing(works: Works):
    posted = works.posted("ABSENCE", **FULL)
    patched = works.patch(posted["userProfileStatusId"])
    assert (patched.status_code, patched.json()) == (200, posted)


PATCHES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"profileStatusId": "BUSY"}, {"profileStatusId": "BUSY"}),
    ({"statusMessage": "y"}, {"statusMessage": "y"}),
    ({"startTime": written(NINE)}, {"startTime": written(NINE)}),
    ({"endTime": written(NOON)}, {"endTime": written(NOON)}),
    ({"autoReplyMail": None}, {"autoReplyMail": None}),
    # An explicit null clears what can be null.
    ({"statusMessage": None}, {"statusMessage": None}),
    ({"startTime": None}, {"startTime": None}),
    ({"startTime": None, "endTime": None}, {"startTime": None, "endTime": None}),
    # Each side of an auto-reply is separate.
    (
        {"autoReplyMail": {"internal": {"content": "new"}}},
        {"autoReplyMail": REPLY | {"internal": {"content": "new", "sentDirectlyToMe": False}}},
    ),
    ({"autoReplyMail": {"external": None}}, {"autoReplyMail": REPLY | {"external": None}}),
    ({"autoReplyMail": {"internal": None}}, {"autoReplyMail": REPLY | {"internal": None}}),
    ({"autoReplyMail": {"internal": None, "external": None}}, {"autoReplyMail": None}),
    ({"autoReplyMail": {}}, {}),
    # Unknown keys change nothing.
    ({"delegates": []}, {}),
]


def test_every_field_is_posted_here_and_changed_by_a_patch():
    every = set(StatusBody.model_fields)
    assert set(FULL) | {"profileStatusId"} == every
    assert {key for given, _ in PATCHES for key in given} >= every


@pytest.mark.parametrize(("given", "becomes"), PATCHES)
def test_patch_changes_what_it_gives(works: Works, given: dict[str, Any], becomes: dict[str, Any]):
    posted = works.posted("ABSENCE", **FULL)
    patched = works.patch(posted["userProfileStatusId"], **given).json()
    ignored = ("profileStatusName", "iconUrl")
    assert {key: value for key, value in patched.items() if key not in ignored} == {
        key: value for key, value in (posted | becomes).items() if key not in ignored
    }
    assert works.list() == [patched]


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"endTime": None}, "MISSING_PARAMETER", "endTime"),  # its start would be without an end
        ({"startTime": written(ELEVEN)}, "INVALID_PARAMETER", "endTime"),
        ({"startTime": written(NOON)}, "INVALID_PARAMETER", "endTime"),
        ({"endTime": written(NINE - HOUR)}, "INVALID_PARAMETER", "endTime"),
        ({"endTime": written(NINE)}, "INVALID_PARAMETER", "endTime"),
        ({"profileStatusId": None}, "INVALID_PARAMETER", "profileStatusId"),
        ({"profileStatusId": "CUSTOM01"}, "BAD_REQUEST", "Not used status."),
    ],
)
def test_what_a_patch_would_lead_to_is_checked(works: Works, given: dict[str, Any], code: str, field: str):
    posted = works.posted("ABSENCE", **FULL)
    assert_refused(works.patch(posted["userProfileStatusId"], **given), 400, code, naming=field)
    assert works.list() == [posted]


def test_a_start_alone_cannot_be_given_to_a_status_without_an_end(works: Works):
    status_id = works.posted()["userProfileStatusId"]
    refused = works.patch(status_id, startTime=written(TEN))
    assert_refused(refused, 400, "MISSING_PARAMETER", naming="endTime")
    refused = works.put(status_id, startTime=written(TEN))
    assert_refused(refused, 400, "MISSING_PARAMETER", naming="endTime")


def test_a_present_status_can_be_put_off(works: Works):
    posted = works.posted("ABSENCE")
    moved = works.patch(posted["userProfileStatusId"], **a_window(TEN, ELEVEN)).json()
    assert moved == posted | a_window(TEN, ELEVEN) | {"scheduleType": "RESERVED"}
    assert works.list() == [moved]


@pytest.mark.parametrize(
    "window", [{"startTime": None, "endTime": None}, a_window(NINE, ELEVEN), {"startTime": None}]
)
def test_a_reserved_status_can_be_brought_forward(works: Works, window: dict[str, Any]):
    posted = works.posted("ABSENCE", **a_window(TEN, ELEVEN))
    moved = works.patch(posted["userProfileStatusId"], **window).json()
    assert moved == posted | window | {"scheduleType": "PRESENT"}
    assert works.list() == [moved]


@pytest.mark.parametrize("change", [Works.put, Works.patch])
def test_a_status_that_moves_replaces_what_holds_the_other_place(works: Works, change: Any):
    present, reserved = works.posted("AWAY"), works.posted("AWAY", **a_window(TEN, ELEVEN))
    moved = change(works, present["userProfileStatusId"], **a_window(NOON, NOON + HOUR)).json()
    assert works.list() == [moved]
    assert moved["userProfileStatusId"] == present["userProfileStatusId"]
    assert_refused(works.get(reserved["userProfileStatusId"]), 404, "NOT_FOUND")

    shown = works.posted("BUSY")
    moved = change(works, moved["userProfileStatusId"], startTime=None, endTime=written(TEN)).json()
    assert works.list() == [moved]
    assert_refused(works.get(shown["userProfileStatusId"]), 404, "NOT_FOUND")


@pytest.mark.parametrize("change", [Works.put, Works.patch])
def test_a_status_that_stays_in_its_place_leaves_the_other_one_alone(works: Works, change: Any):
    present, reserved = works.posted("AWAY"), works.posted("AWAY", **a_window(TEN, ELEVEN))
    rewritten = change(works, reserved["userProfileStatusId"], **a_window(ELEVEN, NOON)).json()
    assert works.list() == [present, rewritten]


def test_a_status_that_is_over_cannot_be_brought_back(works: Works, clock: HandClock):
    status_id = works.posted(endTime=written(TEN))["userProfileStatusId"]
    clock.now = TEN
    assert_refused(works.get(status_id), 404, "NOT_FOUND")
    assert_refused(works.put(status_id, endTime=written(NOON)), 404, "NOT_FOUND")
    assert_refused(works.patch(status_id, endTime=written(NOON)), 404, "NOT_FOUND")
    assert_refused(works.delete(status_id), 404, "NOT_FOUND")


def test_a_status_that_has_begun_keeps_its_place_when_its_start_is_moved_back(works: Works, clock: HandClock):
    leave = works.posted("ABSENCE", **a_window(NINE, NOON))
    meeting = works.posted("BUSY", **a_window(TEN, ELEVEN))
    clock.now = TEN
    works.patch(leave["userProfileStatusId"], startTime=written(NINE - HOUR))
    shown = works.shown()
    assert shown is not None
    assert shown["userProfileStatusId"] == meeting["userProfileStatusId"]


def test_statuses_that_are_switched_off_cannot_be_rewritten_but_read_and_taken_away(
    works: Works, store: Store
):
    posted = works.posted()
    with store.writing() as transaction:
        transaction.connection.execute(update(tables.domain).values(statuses_are_on=False))
    status_id = posted["userProfileStatusId"]
    for refused in (works.put(status_id), works.patch(status_id, statusMessage="x")):
        assert_refused(refused, 400, "BAD_REQUEST", naming="The status must be enable.")
    assert works.list() == [posted]
    assert works.delete(status_id).status_code == 204


def test_a_patch_that_moves_only_the_start_behind_the_end_blames_the_start(works: Works):
    posted = works.posted(**a_window(TEN, ELEVEN))
    refused = works.patch(posted["userProfileStatusId"], startTime=written(NOON))
    assert_refused(refused, 400, "INVALID_PARAMETER", naming="startTime: ")
    assert f"This status ends at {written(ELEVEN)}" in refused.json()["description"]
    both = works.patch(posted["userProfileStatusId"], **a_window(NOON, ELEVEN))
    assert_refused(both, 400, "INVALID_PARAMETER", naming="endTime: ")
