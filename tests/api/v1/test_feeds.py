"""Calendar feeds over HTTP: made, listed, revoked, and fetched by programs that have nothing but the address."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from icalendar import Calendar

from tests.api.clients import TestClient, Works, written
from tests.api.conftest import Watch
from tests.api.works.directory import PATH as DEFINITIONS
from tests.api.works.directory import a_body
from tests.builders import DAY, HOUR, MINUTE, NINE, HandClock

V1 = "/presently/v1"
FEEDS = f"{V1}/people/u1@example.com/feeds"
LEAVE = {"status": "ABSENCE", "from": "2026-08-02", "to": "2026-08-06"}
WILD = "Commas, semicolons; \\ and\nlines – 🏖️👩‍👩‍👧 " + "x" * 20


def made(http: httpx.Client, path: str = FEEDS, **said: Any) -> dict[str, Any]:
    answer = http.post(path, json={"shows": "message"} | said)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def planned(http: httpx.Client, **said: Any) -> dict[str, Any]:
    answer = http.post(f"{V1}/people/u1@example.com/statuses", json=LEAVE | said)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def fetched(anonymous: TestClient, feed: dict[str, Any], **headers: str) -> httpx.Response:
    answer: httpx.Response = anonymous.get(feed["address"], headers=headers)
    return answer


def events(anonymous: TestClient, feed: dict[str, Any]) -> list[Any]:
    answer = fetched(anonymous, feed)
    assert answer.status_code == 200
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"shows": "all"}, "It must be one of busy, status or message."),
        ({"name": "two\nlines"}, "Line breaks and other control characters cannot be used here."),
    ],
)
def test_what_a_feed_cannot_be_is_told(http: httpx.Client, said: dict[str, str], told: str):
    answer = http.post(FEEDS, json=said)
    assert answer.status_code == 422
    assert [fault["detail"] for fault in answer.json()["errors"]] == [told]


@pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)
def test_a_calendar_program_reads_whole_days_and_times(
    http: httpx.Client, anonymous: TestClient, works: Works
):
    feed = made(http)
    leave = planned(http, message="Lake")
    busy = works.posted("BUSY", startTime=written(NINE + HOUR), endTime=written(NINE + 2 * HOUR))
    timed, whole = events(anonymous, feed)
    assert (whole["UID"], timed["UID"]) == (
        f"{leave['id']}@presently",
        f"{busy['userProfileStatusId']}@presently",
    )
    assert (whole["DTSTART"].dt, whole["DTEND"].dt) == (date(2026, 8, 2), date(2026, 8, 7))
    assert whole["DTSTART"].params["VALUE"] == "DATE"
    assert (timed["DTSTART"].dt, timed["DTEND"].dt) == (NINE + HOUR, NINE + 2 * HOUR)
    assert timed["DTSTART"].to_ical() == b"20260316T100000Z"
    assert [str(event["SUMMARY"]) for event in (whole, timed)] == ["Absent: Lake", "Busy"]
    assert [event["X-MICROSOFT-CDO-BUSYSTATUS"] for event in (whole, timed)] == ["OOF", "BUSY"]
    assert {event["TRANSP"] for event in (whole, timed)} == {"OPAQUE"}
    assert {event["STATUS"] for event in (whole, timed)} == {"CONFIRMED"}
    assert whole["DTSTAMP"].dt == whole["LAST-MODIFIED"].dt


def test_a_cancelled_leave_is_told_under_its_uid_with_a_higher_sequence(
    http: httpx.Client, anonymous: TestClient
):
    feed, leave = made(http), planned(http)
    (before,) = events(anonymous, feed)
    assert http.delete(f"{V1}/people/u1@example.com/statuses/{leave['id']}").status_code == 204
    (after,) = events(anonymous, feed)
    assert (after["UID"], after["STATUS"], after["TRANSP"]) == (before["UID"], "CANCELLED", "TRANSPARENT")
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["DTSTART"].dt == before["DTSTART"].dt


def test_what_lasted_less_than_a_second_has_no_end(
    http: httpx.Client, anonymous: TestClient, clock: HandClock
):
    feed = made(http)
    statuses = f"{V1}/people/u1@example.com/statuses"
    clock.advance(timedelta(milliseconds=200))
    brief = http.post(statuses, json={"status": "BUSY"}).json()
    clock.advance(timedelta(milliseconds=300))
    assert http.post(f"{statuses}/{brief['id']}:end").status_code == 204
    (event,) = events(anonymous, feed)
    assert (event["DTSTART"].dt, "DTEND" in event, event["STATUS"]) == (NINE, False, "CONFIRMED")


def test_any_message_is_escaped_and_folded_so_that_it_reads_as_it_was_written(
    http: httpx.Client, anonymous: TestClient, works: Works
):
    feed = made(http, name="🗓")
    works.posted("BUSY", statusMessage=WILD[:50], startTime=written(NINE + HOUR), endTime=written(NINE + DAY))
    answer = fetched(anonymous, feed)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    assert b"\n" not in answer.content.replace(b"\r\n", b"")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(event["SUMMARY"]) == f"Busy: {WILD[:50]}"


def test_what_did_not_change_is_not_sent_again(http: httpx.Client, anonymous: TestClient):
    feed = made(http)
    planned(http)
    first = fetched(anonymous, feed)
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert fetched(anonymous, feed).content == first.content
    again = fetched(anonymous, feed, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    planned(http, **{"from": "2026-09-01", "to": "2026-09-01"})
    assert fetched(anonymous, feed, **{"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_another_icon_of_a_definition_is_a_change(http: httpx.Client, anonymous: TestClient):
    assert http.post(DEFINITIONS, json=a_body(iconType="VACATION")).status_code == 201
    feed = made(http, shows="status")
    planned(http, status="CUSTOM01")
    first = fetched(anonymous, feed)
    assert (
        http.patch(f"{DEFINITIONS}/CUSTOM01", json={"domainId": 1, "iconType": "MEETING"}).status_code == 200
    )
    again = fetched(anonymous, feed, **{"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert again.content != first.content


def test_a_program_that_asks_for_the_head_only_is_answered_as_to_get(
    http: httpx.Client, anonymous: TestClient
):
    feed = made(http)
    planned(http)
    told, head = fetched(anonymous, feed), anonymous.head(feed["address"])
    assert head.status_code == 200
    assert head.headers["ETag"] == told.headers["ETag"]
    assert head.headers["Content-Length"] == str(len(told.content))
    tag = {"If-None-Match": told.headers["ETag"]}
    assert anonymous.head(feed["address"], headers=tag).status_code == 304


def test_a_wrong_method_of_an_address_without_token_is_told(http: httpx.Client, anonymous: TestClient):
    answer = anonymous.post(made(http)["address"])
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "HEAD, GET"
    assert "WWW-Authenticate" not in answer.headers


def test_a_feed_of_a_domain_in_which_nothing_changed_is_not_made_again(
    http: httpx.Client, anonymous: TestClient, clock: HandClock
):
    feed, leave = made(http, f"{V1}/feeds"), planned(http)
    first = fetched(anonymous, feed)
    tag = {"If-None-Match": first.headers["ETag"]}
    again = fetched(anonymous, feed, **tag)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    # The day ends in Seoul at 15:00 in UTC.
    clock.now = NINE + 6 * HOUR - MINUTE
    assert fetched(anonymous, feed, **tag).status_code == 304
    clock.now = NINE + 6 * HOUR
    new_day = fetched(anonymous, feed, **tag)
    assert new_day.status_code == 200
    http.delete(f"{V1}/people/u1@example.com/statuses/{leave['id']}")
    assert fetched(anonymous, feed, **{"If-None-Match": new_day.headers["ETag"]}).status_code == 200
    assert fetched(anonymous, feed, **{"If-None-Match": "*"}).status_code == 304


def test_a_feed_of_the_domain_names_the_people(http: httpx.Client, anonymous: TestClient):
    feed = made(http, f"{V1}/feeds", shows="status")
    planned(http, message="Lake")
    (event,) = events(anonymous, feed)
    assert str(event["SUMMARY"]) == "Person 1 – Absent"
    another = made(http, f"{V1}/feeds")
    assert {one["id"] for one in http.get(f"{V1}/feeds").json()["feeds"]} == {feed["id"], another["id"]}


@pytest.mark.parametrize("path", [FEEDS, f"{V1}/feeds"])
def test_a_revoked_feed_is_unknown(http: httpx.Client, anonymous: TestClient, path: str):
    feed = made(http, path)
    listed = http.get(path).json()["feeds"]
    assert listed == [{name: value for name, value in feed.items() if name != "address"}]
    assert http.delete(f"{path}/{feed['id']}").status_code == 204
    answer = fetched(anonymous, feed)
    assert (answer.status_code, answer.json()["type"]) == (404, f"{V1}/problems/feed-unknown")
    assert http.delete(f"{path}/{feed['id']}").status_code == 404
    assert http.get(path).json() == {"feeds": []}


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_a_repeated_request_makes_one_feed_and_its_secret_is_not_kept(
    http: httpx.Client, anonymous: TestClient
):
    sent: Any = {"json": {"shows": "busy"}, "headers": {"Idempotency-Key": "k1"}}
    first, again = http.post(FEEDS, **sent), http.post(FEEDS, **sent)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json() | {"address": None}
    assert again.headers["Idempotency-Replayed"] == "true"
    assert fetched(anonymous, first.json()).status_code == 200
    assert len(http.get(FEEDS).json()["feeds"]) == 1


@pytest.mark.parametrize(
    ("said", "pointer"),
    [({"shows": "everything"}, "#/shows"), ({"name": ""}, "#/name"), ({"detail": "busy"}, "#/detail")],
)
def test_what_a_feed_cannot_be_is_refused(http: httpx.Client, said: dict[str, Any], pointer: str):
    answer = http.post(FEEDS, json=said)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_the_secret_is_in_no_log(http: httpx.Client, anonymous: TestClient, watch: Watch):
    feed, entries = made(http), watch()
    fetched(anonymous, feed)
    anonymous.get(f"{V1}/calendar/a-guess.ics")
    told = str(entries())
    secret = feed["address"].rpartition("/")[2].removesuffix(".ics")
    assert secret not in told
    assert "a-guess" not in told
    assert f"{V1}/calendar/{{secret}}.ics" in told
