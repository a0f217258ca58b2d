"""Request ids: the caller's if it is harmless, else one of ours; and the events of the request have it."""

import re

import pytest

from domain.directory import Person
from store.store import Store
from tests.api.clients import Oof, TestClient, Works
from tests.api.conftest import TokenFor, Watch
from tests.store.builders import events_of


@pytest.mark.parametrize(
    "request_id", ["a", "x" * 64, "3f2a-1.b_C", "0", "a1b2c3d4-e5f6-7890-abcd-ef1234567890"]
)
def test_a_harmless_request_id_of_the_caller_is_taken_over(works: Works, request_id: str):
    answer = works.http.get(works.path, headers={"X-Request-ID": request_id})
    assert answer.headers["X-Request-ID"] == request_id


@pytest.mark.parametrize(
    "request_id",
    ["", "x" * 65, "a b", "<b>", "a\tb", "a;b", "a\\nb", "\xe9", "a/b", "${jndi:ldap://x}", "a" * 5000],
)
def test_any_other_request_id_is_replaced(works: Works, request_id: str):
    answer = works.http.get(works.path, headers={b"X-Request-ID": request_id.encode("latin-1")})
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Request-ID"])


def test_every_request_has_an_id_of_its_own(works: Works):
    assert len({works.http.get(works.path).headers["X-Request-ID"] for _ in range(3)}) == 3


def test_refusals_have_a_request_id_too(anonymous: TestClient):
    for path in ("/nothing", "/api/nothing", "/v1.0/users/me/user-profile-statuses"):
        answer = anonymous.get(path, headers={"X-Request-ID": "mine"})
        assert answer.headers["X-Request-ID"] == "mine"


def test_the_event_keeps_the_id_of_the_request_that_made_it(
    works: Works, oof: Oof, store: Store, person: Person
):
    works.http.post(works.path, json={"profileStatusId": "BUSY"}, headers={"X-Request-ID": "first"})
    oof.http.put(oof.path, json={"state": 1}, headers={"X-Request-ID": "second"})
    assert [event.request_id for event in events_of(store, person)] == ["first", "second"]


def test_the_line_of_the_log_has_the_id(works: Works, watch: Watch):
    logged = watch()
    works.http.get(works.path, headers={"X-Request-ID": "look-for-me"})
    assert [(entry["event"], entry["request_id"]) for entry in logged()] == [("Answered.", "look-for-me")]


def test_the_line_of_the_log_says_whose_request_it_was(
    anonymous: TestClient, token_for: TokenFor, person: Person, watch: Watch
):
    logged = watch()
    path = "/v1.0/directory/profile-statuses/enable"
    anonymous.post(path)
    for token in (token_for("directory"), token_for("user", person=person)):
        anonymous.post(path, headers={"Authorization": f"Bearer {token}"})
    assert [(entry["client"], entry["status"]) for entry in logged()] == [
        (None, 401),
        ("service", 204),
        (person.user_id, 403),
    ]
