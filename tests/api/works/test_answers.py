"""The form of a status in responses."""

import re

import pytest

from api.app import create_app
from config.settings import Settings
from store.store import Store
from tests.api.clients import TestClient, Works, written
from tests.builders import HOUR, NINE

WINDOW = {"startTime": written(NINE + HOUR), "endTime": written(NINE + 2 * HOUR)}
KEYS = [
    "userProfileStatusId",
    "profileStatusId",
    "profileStatusName",
    "iconUrl",
    "scheduleType",
    "statusMessage",
    "startTime",
    "endTime",
    "autoReplyMail",
]


def test_the_vendors_example_comes_back_as_it_went(works: Works):
    said = {
        "statusMessage": "status message1",
        "startTime": "2027-03-16T09:00:00+09:00",
        "endTime": "2027-03-18T18:00:00+09:00",
        "autoReplyMail": {
            "internal": {"content": "internal mail content", "sentDirectlyToMe": True},
            "external": {"content": "external mail content", "sentDirectlyToMe": False},
        },
    }
    posted = works.posted("BUSY", **said)
    assert posted == said | {
        "userProfileStatusId": posted["userProfileStatusId"],
        "profileStatusId": "BUSY",
        "profileStatusName": "Busy",
        "iconUrl": "http://testserver/icons/BUSY.svg",
        "scheduleType": "RESERVED",
    }


def test_what_is_empty_is_null_and_not_left_out(works: Works):
    posted = works.posted("AWAY")
    assert list(posted) == KEYS
    assert [posted[key] for key in KEYS[4:]] == ["PRESENT", None, None, None, None]


def test_every_answer_has_the_same_form(works: Works):
    posted = works.posted("AWAY", statusMessage="x", **WINDOW)
    status_id = posted["userProfileStatusId"]
    assert works.list() == [posted]
    assert works.get(status_id).json() == posted
    assert works.put(status_id, "AWAY", statusMessage="x", **WINDOW).json() == posted
    assert works.patch(status_id, statusMessage="x").json() == posted


@pytest.mark.parametrize(
    ("profile_status_id", "name", "icon"),
    [
        ("BUSY", "Busy", "BUSY"),
        ("AWAY", "Away", "AWAY"),
        ("LEAVE_OFFICE", "Off work", "OFF"),
        ("ABSENCE", "Absent", "ABSENCE"),
    ],
)
def test_a_status_has_the_name_and_the_icon_of_its_definition(
    works: Works, profile_status_id: str, name: str, icon: str
):
    posted = works.posted(profile_status_id)
    assert posted["profileStatusName"] == name
    assert posted["iconUrl"] == f"http://testserver/icons/{icon}.svg"
    drawn = works.http.get(posted["iconUrl"])
    assert drawn.headers["Content-Type"] == "image/svg+xml"
    assert drawn.text.startswith("<svg")


def test_the_icon_is_where_the_deployment_says_that_it_is_reached(
    settings: Settings, store: Store, works: Works
):
    public = settings.model_copy(update={"public_url": "https://status.example.com/presently/"})
    outside = TestClient(create_app(public, store))
    outside.headers["Authorization"] = works.http.headers["Authorization"]
    posted = Works(outside, works.user_id).posted()
    assert posted["iconUrl"] == "https://status.example.com/presently/icons/BUSY.svg"


def test_the_id_has_the_vendors_form(works: Works):
    status_id = works.posted()["userProfileStatusId"]
    assert re.fullmatch(r"uprofile-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", status_id)


def test_a_list_without_statuses_is_empty(works: Works):
    assert works.http.get(works.path).json() == {"userProfileStatuses": []}


def test_the_present_status_comes_first_in_the_list(works: Works):
    reserved = works.posted("ABSENCE", **WINDOW)
    present = works.posted("BUSY")
    assert works.list() == [present, reserved]


def test_the_list_ignores_paging(works: Works):
    posted = works.posted()
    answer = works.http.get(works.path, params={"cursor": "x", "count": "0"})
    assert answer.json() == {"userProfileStatuses": [posted]}


@pytest.mark.parametrize("offset", ["+09:00", "-03:30", "+00:00", "-11:00", "+14:00", "+05:45"])
def test_a_time_keeps_the_offset_it_came_with(works: Works, offset: str):
    window = {"startTime": f"2026-12-01T09:00:00{offset}", "endTime": f"2026-12-05T18:00:00{offset}"}
    posted = works.posted(**window)
    assert posted | window == posted
    assert works.list() == [posted]


def test_both_times_keep_an_offset_of_their_own(works: Works):
    window = {"startTime": "2026-10-24T09:00:00+02:00", "endTime": "2026-10-26T09:00:00+01:00"}
    posted = works.posted(**window)
    assert posted | window == posted
    assert works.list() == [posted]


def test_a_time_in_utc_keeps_an_explicit_offset(works: Works):
    posted = works.posted(endTime="2026-12-05T18:00:00Z")
    assert posted["endTime"] == "2026-12-05T18:00:00+00:00"


def test_answers_are_labelled_as_the_vendor_labels_them(works: Works):
    for answer in (
        works.http.get(works.path),
        works.post(),
        works.get(works.posted()["userProfileStatusId"]),
        works.http.get("/v1.0/users"),
        works.http.get("/v1.0/directory/profile-statuses"),
        works.http.get("/v1.0/directory/profile-statuses/BUSY"),
    ):
        assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"


def test_korean_comes_back_as_it_went(works: Works):
    assert works.posted(statusMessage="휴가 중입니다")["statusMessage"] == "휴가 중입니다"
    body = '{"profileStatusId": "BUSY", "statusMessage": "회의 중"}'.encode()
    answer = works.http.post(works.path, content=body, headers={"Content-Type": "application/json"})
    assert answer.json()["statusMessage"] == "회의 중"
    assert "회의 중".encode() in answer.content
