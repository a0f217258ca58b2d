"""A person's statuses through /presently/v1: plan, book, change, end."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from domain.directory import Person
from tests.api.clients import Oof, Works
from tests.api.conftest import TokenFor
from tests.builders import HOUR, HandClock

pytestmark = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)

V1 = "/presently/v1/people/u1@example.com/statuses"
LEAVE = {"status": "ABSENCE", "from": "2026-08-02", "to": "2026-08-06"}


def planned(http: httpx.Client, **said: Any) -> dict[str, Any]:
    answer = http.post(V1, json=LEAVE | said)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"{V1}/{body['id']}"
    return body


def problem(answer: httpx.Response, status: int, name: str) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["type"]) == (status, f"/presently/v1/problems/{name}"), body
    return body


def listed(http: httpx.Client, **query: Any) -> list[dict[str, Any]]:
    answer = http.get(V1, params=query)
    assert answer.status_code == 200
    statuses: list[dict[str, Any]] = answer.json()["statuses"]
    return statuses


def test_days_are_those_of_the_persons_domain(http: httpx.Client):
    body = planned(http, message="Lake", externalId="V-1")
    assert (body["startsAt"], body["endsAt"]) == ("2026-08-02T00:00:00+09:00", "2026-08-07T00:00:00+09:00")
    assert (body["state"], body["isShown"], body["place"]) == ("ahead", False, None)
    assert body["wish"] == {"from": "2026-08-02", "to": "2026-08-06"}
    assert body["wishInWords"] == "2 to 6 August 2026, whole days, Asia/Seoul"
    assert (body["message"], body["externalId"], body["zone"]) == ("Lake", "V-1", "Asia/Seoul")
    assert http.get(f"{V1}/{body['id']}").json() == body


@pytest.mark.parametrize(
    ("said", "starts_at", "ends_at"),
    [
        ({"half": "morning", "to": None}, "2026-08-02T00:00:00+09:00", "2026-08-02T13:00:00+09:00"),
        ({"zone": "Europe/Vienna"}, "2026-08-02T00:00:00+02:00", "2026-08-07T00:00:00+02:00"),
        (
            {"from": None, "to": None, "startsAt": "2026-08-02T09:00:00Z", "endsAt": "2026-08-02T10:00"},
            "2026-08-02T09:00:00+00:00",
            None,
        ),
    ],
)
def test_windows_are_said_in_many_ways(
    http: httpx.Client, said: dict[str, Any], starts_at: str, ends_at: str | None
):
    if ends_at is None:
        # The local time is before the moment: ten o'clock in Seoul is one o'clock in UTC.
        told = problem(http.post(V1, json=LEAVE | said), 422, "invalid-request")["detail"]
        assert "18:00" in told
        assert "10:00" in told
        return
    body = planned(http, **said)
    assert (body["startsAt"], body["endsAt"]) == (starts_at, ends_at)


def test_an_unknown_field_is_told_with_the_one_that_is_meant(http: httpx.Client):
    answer = http.post(V1, json={"status": "ABSENCE", "from": "2027-08-01", "until": "2027-08-02"})
    body = problem(answer, 422, "invalid-request")
    assert body["errors"] == [{"pointer": "#/until", "detail": "unknown field `until`; did you mean `to`?"}]


def test_a_moment_in_place_of_a_day_is_told_where_it_goes(http: httpx.Client):
    said = {"status": "BUSY", "from": "2026-11-22T05:17:21+00:00", "to": "2026-11-22T05:17:31+00:00"}
    (fault,) = problem(http.put(f"{V1}/external/x", json=said), 422, "invalid-request")["errors"]
    assert fault["pointer"] == "#/from"
    assert fault["detail"].endswith("Moments go into startsAt and endsAt, instead of from and to.")


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"from": "2026-08-07"}, "#/to"),
        ({"from": "tomorrow"}, "#/from"),
        ({"from": "2099-01-01", "to": "2099-01-02"}, "#/from"),
        ({"from": "2020-01-01", "to": "2020-01-02"}, "#/to"),
        ({"zone": "Europe/Wien"}, "#/zone"),
        ({"status": "HOLIDAY"}, "#/status"),
        ({"startsAt": "2026-08-02T09:00:00Z"}, "#/from"),
        ({"from": None, "to": None, "startsAt": "2026-08-02T09:00:00Z"}, "#/endsAt"),
        ({"message": "x" * 51}, "#/message"),
        ({"autoReply": {"internal": {"text": "a", "html": "b"}}}, "#/autoReply/internal"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(http: httpx.Client, said: dict[str, Any], pointer: str):
    body = problem(http.post(V1, json=LEAVE | said), 422, "invalid-request")
    assert [error["pointer"] for error in body["errors"]] == [pointer]
    assert listed(http) == []


def test_a_patch_changes_only_what_it_gives(http: httpx.Client):
    before = planned(http, message="Lake", autoReply={"internal": {"text": "Away"}})
    url = f"{V1}/{before['id']}"
    shorter = http.patch(url, json={"to": "2026-08-04"}).json()
    assert shorter["endsAt"] == "2026-08-05T00:00:00+09:00"
    assert {**before, "endsAt": shorter["endsAt"], "wish": shorter["wish"], "wishInWords": None} == {
        **shorter,
        "wishInWords": None,
    }
    at_noon = http.patch(url, json={"endsAt": "2026-08-03T12:00:00+09:00", "message": None}).json()
    assert (at_noon["startsAt"], at_noon["endsAt"]) == (
        "2026-08-02T00:00:00+09:00",
        "2026-08-03T12:00:00+09:00",
    )
    assert (at_noon["message"], at_noon["wish"]) == (None, None)
    days = http.patch(url, json={"from": "2026-08-10"}).json()
    assert days["wish"] == {"from": "2026-08-10", "to": "2026-08-10"}
    assert days["autoReply"]["internal"]["text"] == "Away"


def test_a_reply_that_was_switched_off_stays_off_until_it_is_written_anew(http: httpx.Client, oof: Oof):
    reply = {"internal": {"text": "Away."}}
    body = {"status": "ABSENCE", "autoReply": reply}
    path = f"{V1}/{http.post(V1, json=body).json()['id']}"
    oof.save(state=0)
    assert http.put(path, json=body | {"message": "On leave"}).json()["autoReply"]["isOn"] is False
    other = {"internal": {"text": "Back on Monday."}}
    assert http.put(path, json=body | {"autoReply": other}).json()["autoReply"]["isOn"] is True
    oof.save(state=0)
    assert http.patch(path, json={"message": "Away"}).json()["autoReply"]["isOn"] is False
    assert http.patch(path, json={"autoReply": other}).json()["autoReply"]["isOn"] is True


def test_only_what_was_seen_is_changed(http: httpx.Client):
    url = f"{V1}/{planned(http)['id']}"
    seen = http.get(url)
    etag = {"If-Match": seen.headers["ETag"]}
    assert http.get(url, headers={"If-None-Match": seen.headers["ETag"]}).status_code == 304
    changed = http.patch(url, json={"message": "First"}, headers=etag)
    assert changed.status_code == 200
    for late in (
        http.patch(url, json={"message": "Second"}, headers=etag),
        http.put(url, json=LEAVE, headers=etag),
        http.delete(url, headers=etag),
    ):
        problem(late, 412, "has-changed")
    assert http.get(url).json()["message"] == "First"
    assert http.delete(url, headers={"If-Match": changed.headers["ETag"]}).status_code == 204
    problem(http.get(url), 404, "status-unknown")


def test_a_booking_is_said_again_and_again(http: httpx.Client):
    url = f"{V1}/external/V-1"
    first = http.put(url, json=LEAVE)
    assert first.status_code == 201
    again = http.put(url, json=LEAVE)
    assert (again.status_code, again.json()) == (200, first.json())
    assert http.delete(f"{V1}/{first.json()['status']['id']}").status_code == 204
    gone = http.put(url, json=LEAVE)
    assert (gone.status_code, gone.json()) == (200, {"externalId": "V-1", "status": None})
    problem(http.post(V1, json=LEAVE | {"externalId": "V-1"}), 409, "external-id-taken")
    assert listed(http) == []


def test_a_repeated_request_with_a_key_plans_once(http: httpx.Client):
    key = {"Idempotency-Key": "5f0c7c46"}
    first, again = (http.post(V1, json=LEAVE, headers=key) for _ in range(2))
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(listed(http)) == 1


def test_coming_back_early_ends_what_is_in_force(http: httpx.Client, clock: HandClock):
    away = planned(http, **{"from": None, "to": None, "endsAt": "2026-03-17T09:00:00Z"})
    ahead = planned(http)
    assert (away["state"], away["isShown"]) == ("inForce", True)
    clock.advance(HOUR)
    assert http.post(f"{V1}/{away['id']}:end").status_code == 204
    problem(http.post(f"{V1}/{ahead['id']}:end"), 409, "not-begun")
    assert [status["id"] for status in listed(http)] == [ahead["id"]]


def test_pages_lead_to_the_end(http: httpx.Client):
    ids = [planned(http, **{"from": f"2026-08-0{day}", "to": None})["id"] for day in (3, 1, 2)]
    seen, url = [], f"{V1}?limit=2"
    while url:
        answer = http.get(url)
        seen += [status["id"] for status in answer.json()["statuses"]]
        url = answer.links["next"]["url"] if "next" in answer.links else ""
        assert bool(url) == (answer.json()["next"] is not None)
    assert seen == [ids[1], ids[2], ids[0]]
    problem(http.get(V1, params={"after": "nonsense"}), 422, "invalid-request")


def test_the_dialects_see_no_plan_ahead_and_all_in_force(
    http: httpx.Client, person: Person, clock: HandClock
):
    works, oof = Works(http, person.email), Oof(http, person.id)
    planned(http, autoReply={"internal": {"text": "Away"}}, **{"from": "2026-03-17", "to": None})
    assert (works.list(), oof.read()["state"]) == ([], 0)
    clock.advance(12 * HOUR)
    (shown,) = works.list()
    assert (shown["profileStatusId"], shown["scheduleType"]) == ("ABSENCE", "PRESENT")
    assert oof.read()["state"] == 2


def test_a_token_that_only_reads_plans_nothing(http: httpx.Client, token_for: TokenFor):
    reader = {"Authorization": f"Bearer {token_for('directory.read')}"}
    problem(http.post(V1, json=LEAVE, headers=reader), 403, "not-allowed")
    assert http.get(V1, headers=reader).json() == {"statuses": [], "next": None}


def test_a_dry_run_writes_nothing_and_tells_what_would_come(http: httpx.Client):
    first = planned(http, message="Lake")
    try_it = {"dryRun": "true"}
    tried = http.post(
        V1, json=LEAVE | {"from": "2026-08-05", "to": "2026-08-10", "status": "AWAY"}, params=try_it
    )
    assert tried.status_code == 200
    body = tried.json()
    assert [segment["shown"]["status"] for segment in body["timeline"]] == ["AWAY", "AWAY"]
    assert [layer["id"] for layer in body["timeline"][0]["covered"]] == [first["id"]]
    assert [(one["kind"], one["otherId"]) for one in body["warnings"]] == [("covers", first["id"])]
    assert body["warnings"][0]["detail"] == "It is shown instead of ABSENCE (Lake)."
    url = f"{V1}/{first['id']}"
    for answer in (
        http.put(url, json=LEAVE | {"to": "2026-08-03"}, params=try_it),
        http.patch(url, json={"to": "2026-08-03"}, params=try_it),
        http.put(f"{V1}/external/V-9", json=LEAVE, params=try_it),
    ):
        assert answer.status_code == 200
        assert answer.json()["timeline"]
    assert listed(http) == [first]


def test_an_if_match_without_an_etag_is_refused(http: httpx.Client):
    body = planned(http)
    answer = http.patch(f"{V1}/{body['id']}", json={"to": "2026-08-04"}, headers={"If-Match": "x8BeB44e"})
    (fault,) = problem(answer, 422, "invalid-request")["errors"]
    assert fault["pointer"] == "If-Match"
    assert "double quotes" in fault["detail"]


def test_a_profile_status_that_is_not_used_is_refused_with_those_that_are(http: httpx.Client):
    told = problem(http.post(V1, json=LEAVE | {"status": "CUSTOM12"}), 422, "status-not-in-use")
    assert told["detail"].endswith("It uses BUSY, AWAY, LEAVE_OFFICE, ABSENCE.")


def test_a_window_beyond_the_limit_is_refused_with_the_latest_start(http: httpx.Client):
    body = planned(http)
    far = {"from": "2035-01-01", "to": "2035-01-02"}
    for answer in (http.post(V1, json=LEAVE | far), http.patch(f"{V1}/{body['id']}", json=far)):
        (fault,) = problem(answer, 422, "invalid-request")["errors"]
        assert fault["pointer"] == "#/from"
        assert "The latest start is 2028-03-16T18:00+09:00." in fault["detail"]


def test_an_external_id_can_be_used_once(http: httpx.Client):
    planned(http, externalId="V-1")
    told = problem(http.post(V1, json=LEAVE | {"externalId": "V-1"}), 409, "external-id-taken")
    assert "PUT it under its external id" in told["detail"]
    other = V1.replace("u1@", "u2@")
    told = problem(http.put(f"{other}/external/V-1", json=LEAVE), 409, "external-id-taken")
    assert "another person's" in told["detail"]


@pytest.mark.parametrize("character", ["\r\n", "\n", "\t", "\x1b", "\x7f", "\x85", "\u2028", "\u202e"])
def test_an_external_id_is_one_line_wherever_it_is_said(http: httpx.Client, character: str):
    said = f"V{character}1"
    answers = {
        "externalId": http.put(f"{V1}/external/{quote(said)}", json=LEAVE),
        "#/externalId": http.post(V1, json=LEAVE | {"externalId": said}),
    }
    for place, answer in answers.items():
        (fault,) = problem(answer, 422, "invalid-request")["errors"]
        assert fault["pointer"] == place
        assert fault["detail"] == "Line breaks and other control characters cannot be used here."
    assert listed(http) == []


@pytest.mark.parametrize(
    ("said", "meant"), [("absence", "ABSENCE"), ("Custom01", "CUSTOM01"), ("ABSENSE", "ABSENCE")]
)
def test_the_profile_status_that_was_meant_is_suggested(http: httpx.Client, said: str, meant: str):
    answer = http.post(V1, json={"status": said})
    (fault,) = answer.json()["errors"]
    assert fault["pointer"] == "#/status"
    assert fault["detail"].startswith(f"Did you mean {meant}? It must be one of ")


@pytest.mark.parametrize(
    "side",
    [
        '{"internal": {"text": "%s"}}',
        '{"external": {"html": "%s"}}',
        '{"internal": {"text": "a", "subject": "%s"}}',
    ],
)
@pytest.mark.parametrize("bad", ["half a character: \\ud800", "\\u0000"])
def test_a_reply_that_no_encoding_has_is_refused(http: httpx.Client, side: str, bad: str):
    body = f'{{"status": "ABSENCE", "from": "2026-08-02", "autoReply": {side % bad}}}'
    answer = http.post(V1, content=body, headers={"Content-Type": "application/json"})
    assert problem(answer, 422, "invalid-request")["errors"][0]["pointer"].startswith("#/autoReply/")
