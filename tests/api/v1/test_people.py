"""People with what they show, and who is away."""

import re
from datetime import datetime, timedelta
from typing import Any, Final

import httpx
import pytest

from domain.directory import Person
from services import roster
from services.people import deactivate
from store.store import Store
from tests.api.clients import Oof, Works, naive, written
from tests.api.conftest import TokenFor
from tests.api.works.directory import a_body
from tests.builders import (
    DAY,
    HOUR,
    INSTANT,
    NINE,
    SOMEBODY,
    HandClock,
    a_reserved_status,
    a_status,
    an_auto_reply,
)
from tests.store.builders import add_domain_with_people, change, drain, keep, situation

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
            "startsAt": "2026-03-16T18:00:00+09:00",
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
        "awayWith": None,
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


def reasons(http: httpx.Client, away: str) -> dict[str, list[str]]:
    """Return the ids of the statuses with which people are away, by their addresses without the domain."""
    found = http.get(PEOPLE, params={"away": away}).json()["people"]
    return {one["email"].partition("@")[0]: [status["id"] for status in one["awayWith"]] for one in found}


def test_people_are_told_with_what_makes_them_away_in_that_time(
    http: httpx.Client, works: Works, oof: Oof, store: Store, people: list[Person]
):
    oof.save(state=1, internalReply="Away")
    works.posted("BUSY")
    (answered,) = reasons(http, "now")["u1"]
    tuesday, friday = MONDAY + DAY, MONDAY + 4 * DAY
    busy = leave(2, MONDAY + 3 * DAY, profile_status_id="BUSY", id="uprofile-busy", sequence=9)
    keep(store, people[1], leave(2, tuesday, id="uprofile-tue"), busy, leave(2, friday, id="uprofile-fri"))
    assert reasons(http, "2026-03-17/2026-03-21") == {
        "u1": [answered],
        "u2": ["uprofile-tue", "uprofile-fri"],
    }
    assert reasons(http, "2026-03-20") == {"u1": [answered], "u2": ["uprofile-fri"]}
    (person,) = http.get(PEOPLE, params={"away": "2026-03-20", "q": "u2"}).json()["people"]
    assert person["next"]["id"] == "uprofile-tue"
    assert person["awayWith"][0]["startsAt"].startswith("2026-03-20")


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
        ("2026-02-30", "The calendar has no such day."),
        ("2027-02-29/2027-03-05", "The calendar has no such day."),
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


def changed(http: httpx.Client, etag: str, **query: Any) -> bool:
    """Return whether the list has changed since the answer with this ETag."""
    answer = http.get(PEOPLE, params=query, headers={"If-None-Match": etag})
    assert answer.status_code in {200, 304}, answer.text
    assert answer.status_code == 200 or answer.headers["ETag"] in etag
    return answer.status_code == 200


def etag(http: httpx.Client, **query: Any) -> str:
    return str(http.get(PEOPLE, params=query).headers["ETag"])


def test_nothing_is_sent_again_until_a_status_starts_or_ends_even_without_a_worker(
    http: httpx.Client, store: Store, people: list[Person], clock: HandClock
):
    keep(store, people[1], leave(2, NINE + HOUR))
    first = etag(http, away="now")
    clock.now = NINE + HOUR - INSTANT
    assert not changed(http, first, away="now")
    clock.now = NINE + HOUR
    assert changed(http, first, away="now")
    during = etag(http, away="now")
    clock.now = NINE + 2 * HOUR - INSTANT
    assert not changed(http, during, away="now")
    clock.now = NINE + 2 * HOUR
    assert changed(http, during, away="now")


def test_what_beat_carries_out_late_changes_nothing_that_is_told(
    http: httpx.Client, store: Store, people: list[Person], clock: HandClock
):
    keep(store, people[1], leave(2, NINE + HOUR))
    clock.now = NINE + HOUR
    first = etag(http, away="now")
    assert [transition.kind for transition in drain(store)] == ["PROMOTED"]
    assert not changed(http, first, away="now")


def test_every_write_of_every_dialect_changes_the_list(http: httpx.Client, works: Works, oof: Oof):
    for write in (
        lambda: works.posted("ABSENCE"),
        lambda: works.posted("ABSENCE", statusMessage="x"),
        lambda: oof.save(state=1, internalReply="Away"),
        lambda: oof.save(state=0),
        lambda: works.delete(works.list()[0]["userProfileStatusId"]),
    ):
        before = etag(http)
        assert not changed(http, before)
        write()
        assert changed(http, before)


def test_whoever_joins_leaves_or_is_renamed_changes_the_list(
    http: httpx.Client, store: Store, people: list[Person]
):
    for step in (
        lambda: roster.add(store, 1, {"email": "new@example.com", "name": "New"}, by=SOMEBODY),
        lambda: roster.change(store, "new@example.com", {"name": "Newer"}, by=SOMEBODY),
        lambda: roster.change(store, "new@example.com", {"aliases": ["n@example.com"]}, by=SOMEBODY),
        lambda: deactivate(store, "new@example.com", by=SOMEBODY),
        lambda: http.patch("/v1.0/directory/profile-statuses/BUSY", json={"domainId": 1, "displayOrder": 9}),
    ):
        before = etag(http)
        assert not changed(http, before)
        step()
        assert changed(http, before)


def test_an_etag_is_of_one_question_and_one_domain(
    http: httpx.Client, store: Store, people: list[Person], token_for: TokenFor
):
    first = etag(http, away="now")
    assert changed(http, first)
    assert changed(http, first, away="now", limit=5)
    assert not changed(http, f'"x", {first}', away="now")
    add_domain_with_people(store, 1, "other.example")
    http.headers["Authorization"] = f"Bearer {token_for('directory', domain_id=2)}"
    assert changed(http, first, away="now")


def test_a_write_of_another_domain_changes_nothing_here(
    http: httpx.Client, store: Store, people: list[Person], token_for: TokenFor
):
    add_domain_with_people(store, 1, "other.example")
    first = etag(http)
    other = {"Authorization": f"Bearer {token_for('directory', domain_id=2)}"}
    body = {"profileStatusId": "BUSY"}
    path = "/v1.0/users/u1@other.example/user-profile-statuses"
    assert http.post(path, json=body, headers=other).status_code == 201
    assert not changed(http, first)


def test_a_write_that_began_before_the_answer_and_ended_after_it_is_noticed(
    store_url: str, http: httpx.Client, store: Store, people: list[Person]
):
    if store_url.startswith("sqlite"):
        return  # its writers take turns
    with store.writing() as transaction:
        write = situation(transaction, people[0].id)
        post = (a_status(id="uprofile-late", profile_status_id="ABSENCE", in_force_at=NINE),)
        change(transaction, write.person.id, lambda *_: post, by=SOMEBODY)
        Works(http, "u2@example.com").posted("ABSENCE")
        first = etag(http, away="now")
        assert names(http, away="now") == ["u2"]
    assert changed(http, first, away="now")
    assert names(http, away="now") == ["u1", "u2"]


@pytest.mark.parametrize(
    "tag", ["1.2.3.4.a.b", "9" * 18, "-1.1.1.1." + "0" * 24 + "." + "0" * 16, "é", "1." * 3000]
)
def test_an_etag_that_is_not_ours_is_ignored(http: httpx.Client, tag: str):
    answer = http.get(PEOPLE, headers=[(b"If-None-Match", f'"{tag}"'.encode("latin-1"))])
    assert answer.status_code == 200


def test_a_moment_that_is_over_is_no_longer_the_same(
    http: httpx.Client, store: Store, people: list[Person], clock: HandClock
):
    away = "2026-03-16T10:00:00Z"
    first = etag(http, away=away)
    clock.now = NINE + HOUR + INSTANT
    assert http.get(PEOPLE, params={"away": away}, headers={"If-None-Match": first}).status_code == 422
