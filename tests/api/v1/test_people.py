"""People with what they show, and who is away."""

import re
from datetime import datetime, timedelta
from typing import Any, Final

import httpx
import pytest

from domain.directory import Person
from store.store import Store
from tests.api.clients import Oof, Works, naive, written
from tests.api.works.directory import a_body
from tests.builders import DAY, HOUR, INSTANT, NINE, HandClock, a_reserved_status, a_status, an_auto_reply
from tests.store.builders import keep

pytestmark = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)

PEOPLE: Final = "/presently/v1/people"
#: In Seoul, the domain's zone, it is six in the evening of Monday, 16 March 2026.
MONDAY: Final = NINE


def names(http: httpx.Client, **query: Any) -> list[str]:
    """Return the addresses of the people who are listed, without their domain."""
    answer = http.get(PEOPLE, params=query)
    assert answer.status_code == 200, answer.text
    return [person["email"].partition("@")[0] for person in answer.json()["people"]]


def leave(person: int, starts_at: datetime, lasts: timedelta = HOUR, **said: Any) -> Any:
    """Return a planned absence."""
    usual = {
        "id": f"uprofile-{person}-{starts_at:%m%d%H}",
        "profile_status_id": "ABSENCE",
        "place": None,
        "starts_at": starts_at,
        "ends_at": starts_at + lasts,
    }
    return a_reserved_status(**(usual | said))


def test_a_person_is_told_with_both_ids_and_what_they_show(
    http: httpx.Client, people: list[Person], works: Works
):
    shown = works.posted("ABSENCE", statusMessage="On leave", endTime=written(NINE + HOUR))
    ahead = works.posted("BUSY", startTime=written(NINE + 2 * HOUR), endTime=written(NINE + 3 * HOUR))
    told = http.get(f"{PEOPLE}/u1@example.com").json()
    assert told == {
        "id": people[0].user_id,
        "number": people[0].id,
        "name": "Person 1",
        "email": "u1@example.com",
        "aliases": [],
        "externalKey": "EMP 001",
        "isAway": True,
        "shown": {
            "id": shown["userProfileStatusId"],
            "status": "ABSENCE",
            "name": "Absent",
            "iconUrl": "http://testserver/icons/ABSENCE.svg",
            "message": "On leave",
            "startsAt": "2026-03-16T09:00:00+00:00",
            "endsAt": "2026-03-16T19:00:00+09:00",
            "replies": False,
        },
        "next": {
            "id": ahead["userProfileStatusId"],
            "status": "BUSY",
            "name": "Busy",
            "iconUrl": "http://testserver/icons/BUSY.svg",
            "message": None,
            "startsAt": "2026-03-16T20:00:00+09:00",
            "endsAt": "2026-03-16T21:00:00+09:00",
            "replies": False,
        },
        "outOfOffice": None,
    }
    assert http.get(PEOPLE).json()["people"][0] == told


def test_a_person_has_every_kind_of_reference(http: httpx.Client, people: list[Person]):
    first = http.get(f"{PEOPLE}/u1@example.com").json()
    for ref in ("U1@EXAMPLE.com", people[0].user_id, "externalKey:EMP 001", str(people[0].id)):
        assert http.get(f"{PEOPLE}/{ref}").json() == first
    for ref in ("nobody", "0", "9" * 50, "me", "externalKey:nobody", "u1@example.org"):
        answer = http.get(f"{PEOPLE}/{ref}")
        assert (answer.status_code, answer.json()["type"][-14:]) == (404, "person-unknown")


@pytest.mark.parametrize(
    ("at", "away"),
    [
        # A leave from nine to ten, looked at…
        (NINE - INSTANT, []),
        (NINE, ["u2"]),
        (NINE + HOUR - INSTANT, ["u2"]),
        (NINE + HOUR, []),
    ],
)
def test_who_is_away_is_right_to_the_instant_without_any_worker(
    http: httpx.Client, store: Store, people: list[Person], clock: HandClock, at: datetime, away: list[str]
):
    keep(store, people[1], leave(2, NINE))
    clock.now = at
    assert names(http, away="now") == away
    assert http.get(f"{PEOPLE}/{people[1].id}").json()["isAway"] is bool(away)


@pytest.mark.parametrize(
    ("status", "is_away"),
    [("ABSENCE", True), ("AWAY", False), ("BUSY", False), ("LEAVE_OFFICE", False)],
)
def test_away_is_who_shows_an_absence(http: httpx.Client, works: Works, status: str, is_away: bool):
    works.posted(status)
    assert names(http, away="now") == ["u1"] * is_away


@pytest.mark.parametrize(("icon", "is_away"), [("VACATION", True), ("BUSINESS_TRIP", False)])
def test_a_status_of_the_domain_s_own_counts_by_its_icon(
    http: httpx.Client, works: Works, icon: str, is_away: bool
):
    assert http.post("/v1.0/directory/profile-statuses", json=a_body(iconType=icon)).status_code == 201
    works.posted("CUSTOM01")
    assert names(http, away="now") == ["u1"] * is_away


def test_away_is_whose_mail_is_answered_even_if_covered(http: httpx.Client, works: Works, oof: Oof):
    oof.save(state=1, internalReply="Away")
    works.posted("BUSY")
    (person,) = http.get(PEOPLE, params={"away": "now"}).json()["people"]
    assert person["shown"]["status"] == "BUSY"
    assert (person["outOfOffice"]["status"], person["outOfOffice"]["replies"]) == ("ABSENCE", True)


def test_a_reply_that_is_empty_or_switched_off_answers_nobody(
    http: httpx.Client, works: Works, oof: Oof, store: Store, people: list[Person]
):
    works.posted("BUSY", autoReplyMail={"internal": {"content": None}})
    keep(store, people[1], a_status(id="uprofile-2", auto_reply=an_auto_reply(), is_muted=True))
    assert names(http, away="now") == []


def test_an_absence_that_is_covered_all_the_time_is_none(
    http: httpx.Client, store: Store, people: list[Person]
):
    day = MONDAY + DAY
    keep(
        store,
        people[0],
        leave(1, day),
        leave(1, day, id="uprofile-over", profile_status_id="BUSY", sequence=9),
    )
    keep(
        store,
        people[1],
        leave(2, day),
        leave(2, day + HOUR / 2, profile_status_id="BUSY", id="uprofile-half", sequence=9),
    )
    assert names(http, away="2026-03-17") == ["u2"]


@pytest.mark.parametrize(
    ("away", "expected"),
    [
        # u1 from Wednesday midnight to Thursday midnight in Seoul; u2 on Friday, 23 to 24 h
        ("2026-03-17", []),
        ("2026-03-18", ["u1"]),
        ("2026-03-19", []),
        ("2026-03-18/2026-03-20", ["u1", "u2"]),
        ("2026-03-16/2026-03-17", []),
        ("2026-03-20", ["u2"]),
        ("2026-03-21/2027-03-01", []),
        ("2026-03-18T23:00:00+09:00/2026-03-18T23:30:00+09:00", ["u1"]),
        ("2026-03-18T23:00:00 09:00/2026-03-18T23:30:00 09:00", ["u1"]),
        ("2026-03-19T00:00:00+09:00/2026-03-19T01:00:00+09:00", []),
        ("2026-03-18T12:00:00+09:00", ["u1"]),
        ("2026-03-18T12:00", ["u1"]),
    ],
)
def test_days_are_those_of_the_domain_and_both_included(
    http: httpx.Client, store: Store, people: list[Person], away: str, expected: list[str]
):
    midnight = datetime.fromisoformat("2026-03-18T00:00:00+09:00")
    keep(store, people[0], leave(1, midnight, DAY))
    keep(store, people[1], leave(2, midnight + 2 * DAY + 23 * HOUR))
    assert names(http, away=away) == expected


@pytest.mark.parametrize(
    ("away", "sentence"),
    [
        ("tomorrow", "Send now, days as"),
        ("2026-03-18/", "Send now"),
        ("/2026-03-18", "Send now"),
        ("2026-02-30", "Send now"),
        ("2026-03-18/2026-03-17", "before"),
        ("2026-03-15", "It is over"),
        ("2026-03-16T08:00:00Z", "It is over"),
        ("2026-03-17/2027-03-18", "At most 366 days"),
        ("2026-03-17/2026-03-18/2026-03-19", "Send now"),
        ("9999-12-31", ""),
        ("0001-01-01/9999-12-31", ""),
        ("2026-03-18T12:00:00+99:00", "Send now"),
    ],
)
def test_a_time_that_cannot_be_meant_is_refused_with_one_that_can(
    http: httpx.Client, away: str, sentence: str
):
    answer = http.get(PEOPLE, params={"away": away})
    if not sentence:
        assert answer.status_code in {200, 422}
        return
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert fault["pointer"] == "?away"
    assert sentence in fault["detail"]


def test_people_are_found_by_what_they_show(http: httpx.Client, works: Works):
    works.posted("BUSY")
    works.of("u3@example.com").posted("BUSY")
    works.of("u4@example.com").posted("AWAY")
    assert names(http, shown="BUSY") == ["u1", "u3"]
    works.of("u3@example.com").posted("AWAY")
    assert names(http, shown="BUSY") == ["u1"]
    assert http.get(PEOPLE, params={"shown": "busy"}).status_code == 422


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("u1@", ["u1"]),
        ("Person 2", ["u2"]),
        ("example 3", ["u3"]),
        ("%", []),
        ("_", []),
        ("\\", []),
        ("'", []),
        ("PERSON 10", ["u10"]),
    ],
)
def test_people_are_found_by_name_and_address(http: httpx.Client, text: str, found: list[str]):
    assert names(http, q=text) == found


def test_pages_follow_each_other(http: httpx.Client, works: Works):
    for number in (1, 2, 5, 9):
        works.of(f"u{number}@example.com").posted("ABSENCE")
    seen, url, pages = [], f"{PEOPLE}?away=now&limit=3&q=example", 0
    while url:
        answer = http.get(url)
        seen += [person["number"] for person in answer.json()["people"]]
        link = answer.headers.get("Link", "")
        assert bool(link) == (answer.json()["next"] is not None)
        url = re.fullmatch(r'<(.+)>; rel="next"', link)[1] if link else ""  # type: ignore[index]
        pages += 1
    assert (seen, pages) == ([1, 2, 5, 9], 2)


@pytest.mark.parametrize("after", ["", "x", "cGVvcGxl", "cGVvcGxlOi0x", "aGlzdG9yeTox", "x" * 201, "%00"])
def test_a_cursor_of_another_list_is_refused(http: httpx.Client, after: str):
    answer = http.get(f"{PEOPLE}?after={after}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "?after"


def test_a_deactivated_person_is_not_listed(http: httpx.Client, store: Store, people: list[Person]):
    assert len(names(http)) == 10
    with store.writing() as transaction:
        transaction.directory.deactivate([people[3].id], at=NINE)
    assert "u4" not in names(http)
    assert http.get(f"{PEOPLE}/u4@example.com").status_code == 404


def test_another_dialect_s_reserved_one_and_a_plan_can_be_next(
    http: httpx.Client, store: Store, people: list[Person], oof: Oof
):
    oof.save(state=2, internalReply="x", startTime=naive(NINE + DAY), endTime=naive(NINE + 2 * DAY))
    keep(store, people[1], leave(2, NINE + 2 * DAY), leave(2, NINE + DAY), leave(2, NINE + 3 * DAY))
    told = [person["next"]["startsAt"] for person in http.get(PEOPLE).json()["people"] if person["next"]]
    assert told == ["2026-03-17T18:00:00+09:00", "2026-03-17T09:00:00+00:00"]
