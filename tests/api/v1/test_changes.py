"""Changes of many people's plans through /presently/v1: plan, apply, undo."""

import json
from typing import Any

import httpx
import pytest

from api.v1 import change_routes
from domain.directory import Person
from domain.plans import Limits
from services import change_progress
from store.store import Store
from tests.store.builders import statuses_of

pytestmark = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)

V1 = "/presently/v1/changes"


def leave(person: int = 1, external_id: str = "a", **said: Any) -> dict[str, Any]:
    window = {"from": "2026-08-02", "to": "2026-08-06"}
    return {"person": f"u{person}@example.com", "externalId": external_id} | window | said


def planned(http: httpx.Client, *entries: dict[str, Any], status: int = 201, **query: Any) -> dict[str, Any]:
    answer = http.post(V1, json=list(entries), params=query)
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


def work(store: Store) -> None:
    """Do what a worker does."""
    change_progress.carry_on_all(store, limits=Limits(), stop_at=float("inf"))


def test_a_list_is_planned_applied_and_undone(http: httpx.Client, store: Store, person: Person):
    change = planned(http, leave(message="Lake"), leave(2, "b"))
    assert (change["state"], change["counts"], change["people"]) == ("planned", {"new": 2}, 2)
    assert statuses_of(store, person) == []
    address = f"{V1}/{change['id']}"
    first, second = http.get(address).json()["diff"]
    assert (first["entry"], first["action"], first["externalId"]) == (1, "new", "a")
    assert first["after"]["startsAt"] == "2026-08-02T00:00:00+09:00"
    assert second["person"] == "u2@example.com"

    assert http.post(f"{address}:apply").json()["state"] == "applied"
    assert http.post(f"{address}:apply").status_code == 200
    assert [status.message for status in statuses_of(store, person)] == ["Lake"]
    assert http.delete(address).status_code == 409

    assert http.post(f"{address}:undo").json()["state"] == "undone"
    assert http.get(address).json()["counts"] == {"new": 2, "left": 0}
    assert statuses_of(store, person) == []
    assert http.delete(address).status_code == 204
    assert http.get(address).status_code == 404


def test_what_somebody_changed_since_the_plan_refuses_it(http: httpx.Client, store: Store, person: Person):
    first = planned(http, leave())
    http.post(f"{V1}/{first['id']}:apply")
    second = planned(http, leave(to="2026-08-04"))
    (status,) = statuses_of(store, person)
    http.delete(f"/presently/v1/people/u1@example.com/statuses/{status.id}")
    refused = http.post(f"{V1}/{second['id']}:apply")
    assert refused.status_code == 409
    assert "a of u1@example.com is not as the plan saw it." in refused.json()["detail"]
    found = http.get(f"{V1}/{second['id']}").json()
    assert (found["state"], found["counts"], found["plan"]) == ("planned", {"new": 1}, 2)
    assert statuses_of(store, person) == []


def test_what_is_planned_anew_is_applied_only_by_its_number(http: httpx.Client, store: Store, person: Person):
    first = planned(http, leave())
    http.post(f"{V1}/{first['id']}:apply", params={"plan": first["plan"]})
    apply = f"{V1}/{planned(http, leave(to='2026-08-04'))['id']}:apply"
    (status,) = statuses_of(store, person)
    http.delete(f"/presently/v1/people/u1@example.com/statuses/{status.id}")
    lost = http.post(apply)
    for unseen in ({}, {"plan": 1}, {"plan": 3}):
        refused = http.post(apply, params=unseen)
        assert refused.status_code == 409
        assert refused.json() == lost.json()
    assert lost.json()["detail"].endswith("Look at plan 2, and apply it by its number.")
    assert statuses_of(store, person) == []
    assert http.post(apply, params={"plan": 2}).json()["state"] == "applied"
    assert http.post(apply).status_code == 200


def test_lines_are_read_one_by_one(http: httpx.Client):
    lines = [json.dumps(leave()), "", '{"person": ', json.dumps(leave(2, "b", until="2026-08-07"))]
    answer = http.post(V1, content="\n".join(lines), headers={"Content-Type": "application/x-ndjson"})
    assert answer.json()["counts"] == {"new": 1, "refused": 2}
    found = http.get(f"{V1}/{answer.json()['id']}", params={"action": "refused"}).json()["diff"]
    assert [(one["entry"], one["reason"]) for one in found] == [
        (2, "The line is no JSON."),
        (3, "until: There is no such field. Did you mean to?"),
    ]
    refused = http.post(f"{V1}/{answer.json()['id']}:apply")
    assert refused.status_code == 409
    assert refused.json()["detail"].startswith("2 entries are refused, so nothing is applied")


def test_what_is_missing_is_cancelled_on_request(http: httpx.Client):
    change = planned(http, leave(), leave(2, "b"))
    http.post(f"{V1}/{change['id']}:apply")
    window: dict[str, Any] = {"allFrom": "2026-01-01T00:00:00Z", "allTo": "2027-01-01T00:00:00Z"}
    again = planned(http, leave(), {"person": "u2@example.com"}, **window)
    assert again["counts"] == {"unchanged": 1, "cancelled": 1}
    assert planned(http, leave(), everybody=True, **window)["counts"] == {"unchanged": 1, "cancelled": 1}


def test_what_is_refused_cannot_be_skipped_where_what_is_missing_is_cancelled(http: httpx.Client):
    window: dict[str, Any] = {"allFrom": "2026-01-01T00:00:00Z", "allTo": "2027-01-01T00:00:00Z"}
    change = planned(http, leave(), {"person": "nobody@example.com", "externalId": "b"}, **window)
    plain = http.post(f"{V1}/{change['id']}:apply")
    skipping = http.post(f"{V1}/{change['id']}:apply", params={"skipRefused": True})
    assert (plain.status_code, skipping.status_code) == (409, 409)
    assert "skipRefused" not in plain.json()["detail"]
    assert "skipRefused cannot be used with allFrom and allTo: " in skipping.json()["detail"]


def test_pages_of_the_diff_follow_each_other(http: httpx.Client):
    change = planned(http, *(leave(1, f"x{number}") for number in range(5)))
    page = http.get(f"{V1}/{change['id']}", params={"limit": 3})
    assert [one["entry"] for one in page.json()["diff"]] == [1, 2, 3]
    following = http.get(page.links["next"]["url"]).json()
    assert [one["entry"] for one in following["diff"]] == [4, 5]
    assert following["next"] is None
    assert [one["id"] for one in http.get(V1).json()["changes"]] == [change["id"]]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"[]", 422),
        (b"[{]", 400),
        (b'[{"person": "u1@example.com"}', 400),
        (b"[] {}", 400),
        (b'{"person": "u1@example.com"}', 422),
        (b'"u1@example.com"', 422),
        (b"\xff\xfe", 400),
    ],
)
def test_a_body_that_cannot_be_read_leaves_nothing(http: httpx.Client, content: bytes, status: int):
    answer = http.post(V1, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert http.get(V1).json()["changes"] == []


def test_other_types_of_content_are_refused(http: httpx.Client):
    answer = http.post(V1, content=b"person,from\n", headers={"Content-Type": "text/csv"})
    assert (answer.status_code, answer.json()["type"]) == (415, "/presently/v1/problems/not-json")
    assert "application/x-ndjson" in answer.json()["detail"]
    assert http.get(V1).json()["changes"] == []


@pytest.mark.parametrize(
    ("query", "pointer", "told"),
    [
        ({"allFrom": "2026-01-01T00:00:00Z"}, "?allTo", "needs allFrom and allTo"),
        ({"everybody": "true"}, "?allFrom", "needs allFrom and allTo"),
        ({"allFrom": "2026-01-01", "allTo": "2026-02-01T00:00:00Z"}, "?allFrom", "Not a date-time"),
        (
            {"allFrom": "2026-02-01T00:00:00Z", "allTo": "2026-01-01T00:00:00Z"},
            "?allTo",
            "The start is 2026-02",
        ),
    ],
)
def test_the_window_of_all_there_is_is_refused_where_it_stands(
    http: httpx.Client, query: dict[str, str], pointer: str, told: str
):
    answer = http.post(V1, json=[leave()], params=query)
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert fault["pointer"] == pointer
    assert told in fault["detail"]


def test_more_entries_than_a_change_can_have_are_refused(http: httpx.Client):
    lines = b'{"person":"u1@example.com"}\n' * 100_001
    answer = http.post(V1, content=lines, headers={"Content-Type": "application/x-ndjson"})
    assert (answer.status_code, answer.json()["type"]) == (413, "/presently/v1/problems/too-many-entries")
    assert "100,000" in answer.json()["detail"]
    assert http.get(V1).json()["changes"] == []


def test_a_list_may_come_in_any_parts(http: httpx.Client):
    body = json.dumps([leave(1, f"é{number}") for number in range(7)], ensure_ascii=False, indent=1).encode()
    parts = (body[start : start + 5] for start in range(0, len(body), 5))
    answer = http.post(V1, content=parts, headers={"Content-Type": "application/json"})
    assert answer.json()["counts"] == {"new": 7}


def test_what_takes_longer_is_done_by_a_worker(
    http: httpx.Client, store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(change_routes, "_HERE", 0.0)
    entries = [leave(1 + number % 10, f"x{number}") for number in range(900)]
    change = planned(http, *entries, status=202)
    assert change["state"] == "planning"
    work(store)
    assert http.get(f"{V1}/{change['id']}").json()["counts"] == {"new": 900}
    applying = http.post(f"{V1}/{change['id']}:apply")
    assert (applying.status_code, applying.json()["state"]) == (202, "applying")
    work(store)
    assert http.get(f"{V1}/{change['id']}").json()["state"] == "applied"


@pytest.mark.parametrize("name", ["\\ud800", "\\u0000", "a\\u009b31m"])
def test_a_name_that_cannot_be_written_is_quoted_in_ascii(http: httpx.Client, name: str):
    answer = http.post(V1, content=f'[{{"{name}": 1}}]', headers={"Content-Type": "application/json"})
    assert answer.json()["counts"] == {"refused": 1}
    (entry,) = http.get(f"{V1}/{answer.json()['id']}").json()["diff"]
    assert entry["reason"].isprintable()


def test_of_very_many_fields_only_the_number_is_told(http: httpx.Client):
    change = planned(http, {f"k{number}": 1 for number in range(15_000)})
    (entry,) = http.get(f"{V1}/{change['id']}").json()["diff"]
    assert entry["reason"].startswith("The entry has 15000 fields. Known are ")


def test_a_plan_that_does_not_hold_is_told_before_it_is_made_anew(
    http: httpx.Client, store: Store, person: Person, monkeypatch: pytest.MonkeyPatch
):
    http.post(f"{V1}/{planned(http, leave())['id']}:apply")
    second = planned(http, leave(to="2026-08-04"))
    (status,) = statuses_of(store, person)
    http.delete(f"/presently/v1/people/u1@example.com/statuses/{status.id}")
    monkeypatch.setattr(change_routes, "_HERE", -1.0)  # one step, and the rest is a worker's
    refused = http.post(f"{V1}/{second['id']}:apply")
    assert refused.status_code == 409
    assert refused.json()["detail"].endswith("Look at plan 2, and apply it by its number.")
