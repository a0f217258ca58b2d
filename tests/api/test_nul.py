"""NUL in paths and queries: PostgreSQL has no text with it, so nothing is found by it, or it is refused."""

from collections.abc import Iterator

import httpx
import pytest

from domain.directory import Person
from store.store import Store
from tests.api.admin_web.browser import let_in, opened
from tests.api.clients import TestClient
from tests.api.document import DOCUMENT

pytestmark = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)

NATIVE = "/presently/v1"
STATUSES = "/v1.0/users/u3@example.com/user-profile-statuses"


@pytest.fixture
def admin(anonymous: TestClient, store: Store, people: list[Person]) -> httpx.Client:
    """Return a client that an administrator of everything is logged in with."""
    let_in(store, people[9], "SystemAdmin")
    browser = opened(anonymous, people[9].email)
    anonymous.headers.update({**browser.cookie, "X-Csrf-Token": browser.csrf})
    return anonymous


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (f"{NATIVE}/people/%00", "ref"),
        (f"{NATIVE}/people/u3@example.com/statuses/%00", "statusId"),
        (f"{NATIVE}/people/u3@example.com/statuses/a%00", "statusId"),
        (f"{NATIVE}/changes/%00", "id"),
        (f"{NATIVE}/audit?actor=%00", "?actor"),
        (f"{NATIVE}/people?q=a%00b", "?q"),
    ],
)
def test_the_native_api_names_every_place(http: httpx.Client, path: str, place: str):
    answer = http.get(path)
    assert (answer.status_code, answer.json()["type"]) == (422, f"{NATIVE}/problems/invalid-request")
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [place]
    assert "NUL" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"{STATUSES}/%00", "NOT_FOUND"),
        (f"{STATUSES}/a%00", "NOT_FOUND"),
        ("/v1.0/users/%00/user-profile-statuses", "USER_NOT_EXIST"),
        ("/v1.0/users/u3@example.com%00", "USER_NOT_EXIST"),
    ],
)
def test_naver_works_dialect_finds_nothing_by_it(http: httpx.Client, path: str, code: str):
    answer = http.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, code)


def _requests() -> Iterator[tuple[str, str]]:
    """Yield a request for each parameter of each documented operation, with NUL in this parameter only."""
    for path, operations in DOCUMENT["paths"].items():
        for method in operations.keys() & {"get", "put", "post", "patch", "delete"}:
            parameters = operations[method].get("parameters", [])
            said = {one["name"]: "1" for one in parameters if one["in"] == "path"}
            for one in parameters:
                if one["in"] == "path":
                    yield method, path.format_map(said | {one["name"]: "%00"})
                if one["in"] == "query":
                    yield method, f"{path.format_map(said)}?{one['name']}=%00"


def test_no_route_fails_on_it(http: httpx.Client, admin: httpx.Client):
    requests = list(_requests())
    assert len(requests) > 100
    for client in (http, admin):
        answered = {
            (method, path): client.request(method, path, json={}).status_code for method, path in requests
        }
        assert {key: status for key, status in answered.items() if status >= 500} == {}
