"""Refusals, and the order in which a request is checked, as measured with the original."""

import re
from collections.abc import Iterator

import httpx
import pytest

from api.grommunio.errors import refusal_response
from domain.directory import Person
from domain.refusals import IssuerUnreachable, Refusal
from store.store import Store
from tests.api.admin_web.administration import FOR_ADMINISTRATORS, FOR_BEARERS_TOO, FOR_EVERYBODY
from tests.api.clients import Oof, TestClient
from tests.api.conftest import TokenFor
from tests.api.grommunio.answers import assert_bad, assert_kept_by_no_cache, assert_refused
from tests.api.refusals import EVERY_REFUSAL
from tests.store.builders import add_domain_with_people

FORBIDDEN = "Access denied: Insufficient permissions for this operation"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def foreign(oof: Oof, store: Store) -> Oof:
    """Return a client for a person of another domain, with a token of the first."""
    stranger = add_domain_with_people(store, count=1, name="other.example")[0]
    return oof.of(stranger.id, domain_id=stranger.domain.id)


def both(oof: Oof) -> Iterator[httpx.Response]:
    """Yield the responses to reading and to saving."""
    yield oof.http.get(oof.path)
    yield oof.put(state=1)


@pytest.mark.parametrize("user_id", [0, 99, 2**31 - 1, 2**31, 2**63, 2**64, 10**99])
def test_an_unknown_user_is_not_found(oof: Oof, user_id: int):
    for answer in both(oof.of(user_id)):
        assert_refused(answer, 404, "User not found")


def test_a_user_of_another_domain_is_not_found(oof: Oof, foreign: Oof):
    for answer in both(oof.of(foreign.user_id)):
        assert_refused(answer, 404, "User not found")


@pytest.mark.parametrize("domain_id", [0, 99, 2**31, 2**63, 10**99])
def test_a_domain_of_somebody_else_is_forbidden_whether_it_exists_or_not(
    oof: Oof, foreign: Oof, domain_id: int
):
    for other in (oof.of(1, domain_id), foreign):
        for answer in both(other):
            assert_refused(answer, 403, FORBIDDEN)


@pytest.mark.parametrize(
    "path",
    [
        "/api/",
        "/api/v1",
        "/api/v1/domains/1/users/1/oof/",
        "/api/v1/domains/1/users/1/oof/x",
        "/api/v1/domains/1/users/1/",
        "/api/v1/domains/-1/users/1/oof",
        "/api/v1/domains/1/users/-1/oof",
        "/api/v1/domains/x/users/1/oof",
        "/api/v1/domains/1/users/1.0/oof",
        "/api/v1/domains/1/users/+1/oof",
        "/api/v1/domains/1/users/%201/oof",
        "/api/v1/domains/1/users/%00/oof",
        "/api/v1/domains/1/users/1%00/oof",
        "/api/v1/domains/1/users/%D9%A1/oof",
        "/api/v1/domains/1/users//oof",
        f"/api/v1/domains/1/users/{'9' * 5000}/oof",
        f"/api/v1/domains/{'9' * 5000}/users/1/oof",
        "/api/v1/domains/1/users/1/OOF",
        "/api/v2/domains/1/users/1/oof",
        "/api/v1/domains/x/users",
        "/api/v1/domains/1/users/x",
        "/api/v1/system/domains/x",
        "/api/v1/login/",
        "/api/v1/profile/",
        # Commands of grommunio's command line, which have nothing to do with statuses.
        "/api/v1/system/cli",
    ],
)
def test_an_unknown_path_is_not_found_without_a_redirect(anonymous: TestClient, path: str):
    for method in ("GET", "PUT", "DELETE"):
        answer = anonymous.request(method, path, follow_redirects=False)
        assert_refused(answer, 404, "Resource not found")


ROUTES = {*FOR_EVERYBODY, *FOR_ADMINISTRATORS, *FOR_BEARERS_TOO}


@pytest.mark.parametrize("path", sorted({path for _, path in ROUTES}))
def test_no_route_of_admin_web_takes_another_method(anonymous: TestClient, path: str):
    other = next(name for name in ("GET", "POST", "PUT", "TRACE") if (name.lower(), path) not in ROUTES)
    names = dict.fromkeys(re.findall(r"{(\w+)}", path), 1)
    answer = anonymous.request(other, path.format_map(names))
    assert_refused(answer, 405, f"Method '{other}' not allowed on this endpoint")


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_another_method_is_named_in_its_refusal_and_needs_no_token(anonymous: TestClient, method: str):
    answer = anonymous.request(method, "/api/v1/domains/1/users/1/oof")
    assert_refused(answer, 405, f"Method '{method}' not allowed on this endpoint")
    assert answer.headers["Allow"] == "HEAD, GET, OPTIONS, PUT"


def test_options_names_the_methods_and_needs_no_token(anonymous: TestClient):
    answer = anonymous.options("/api/v1/domains/1/users/1/oof")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Allow"] == "HEAD, GET, OPTIONS, PUT"
    assert answer.headers["Content-Type"].startswith("text/html")
    assert_kept_by_no_cache(answer)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
def test_without_a_token_access_is_denied(anonymous: TestClient, method: str):
    answer = anonymous.request(method, "/api/v1/domains/1/users/1/oof")
    assert answer.status_code == 401
    assert_kept_by_no_cache(answer)
    if method != "HEAD":
        assert answer.json() == {"message": "Access denied", "error": "No token provided"}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", None),
        (b"", "application/json"),
        (b"", "text/plain"),
        (b"{}", "application/json"),
        (b" {} ", None),
    ],
)
def test_without_data_a_save_is_incomplete(oof: Oof, body: bytes, content_type: str | None):
    headers = {"Content-Type": content_type} if content_type else {}
    answer = oof.http.put(oof.path, content=body, headers=headers)
    assert_refused(answer, 400, "Missing or incomplete data")


@pytest.mark.parametrize("body", ["{", '{"state": 1', "{'state': 1}", "x", '{"state": 01}', " "])
def test_malformed_json_cannot_be_deserialized(oof: Oof, body: str):
    answer = oof.http.put(oof.path, content=body, headers=JSON)
    assert_bad(answer, "Failed to deserialize value with application/json mimetype")


@pytest.mark.parametrize("body", ["null", " null\n", "[]", "[1]", "1", "true", '"x"', '[{"state": 1}]'])
def test_a_body_that_is_no_object_is_bad(oof: Oof, body: str):
    assert_bad(oof.http.put(oof.path, content=body, headers=JSON), "JSON object")


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "text/json",
        "json",
        "application/jsonx",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ],
)
def test_another_type_is_bad_and_not_415(oof: Oof, content_type: str):
    answer = oof.http.put(oof.path, content='{"state": 1}', headers={"Content-Type": content_type})
    assert_bad(answer, "Content for this mimetype not found. Valid mimetypes: ['application/json']")


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=utf-8", "application/json;charset=UTF-8", None],
)
def test_json_is_taken_with_and_without_parameters(oof: Oof, content_type: str | None):
    headers = {"Content-Type": content_type} if content_type else {}
    answer = oof.http.put(oof.path, content=b'{"state": 1}', headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"message": "Success"})


def test_the_path_is_checked_before_the_token(anonymous: TestClient):
    assert anonymous.get("/api/v1/domains/1/users/x/oof").status_code == 404
    assert anonymous.post("/api/v1/domains/1/users/1/oof").status_code == 405


def test_the_token_is_checked_before_the_body(anonymous: TestClient):
    answer = anonymous.put("/api/v1/domains/1/users/1/oof", content="{", headers=JSON)
    assert answer.status_code == 401


@pytest.mark.parametrize("body", ["{", "null", "[]", '{"state": 3}', '{"startTime": "x"}'])
def test_the_body_is_checked_before_the_domain(foreign: Oof, body: str):
    answer = foreign.http.put(foreign.path, content=body, headers=JSON)
    assert (answer.status_code, answer.json()["message"]) == (400, "Bad Request")


@pytest.mark.parametrize("body", ["{}", "", '{"state": 1}'])
def test_the_domain_is_checked_before_the_body_is_found_empty(foreign: Oof, body: str):
    assert_refused(foreign.http.put(foreign.path, content=body, headers=JSON), 403, FORBIDDEN)


def test_that_the_body_is_empty_is_found_before_the_user(oof: Oof):
    assert_refused(oof.of(99).put(), 400, "Missing or incomplete data")


def test_the_user_is_looked_for_before_the_window_is(oof: Oof):
    assert_refused(oof.of(99).put(state=2), 404, "User not found")


def test_a_token_for_reading_may_read_and_not_save(oof: Oof, anonymous: TestClient, token_for: TokenFor):
    for scope in ("user.read", "directory.read"):
        anonymous.headers["Authorization"] = f"Bearer {token_for(scope)}"
        reader = Oof(anonymous, oof.user_id)
        assert reader.read() == {"state": 0, "externalAudience": 0}
        assert_refused(reader.put(state=1), 403, FORBIDDEN)
        assert_refused(reader.put(), 403, FORBIDDEN)


def test_a_person_may_save_their_own_and_nobody_elses(
    oof: Oof, anonymous: TestClient, token_for: TokenFor, person: Person
):
    anonymous.headers["Authorization"] = f"Bearer {token_for('user', person=person)}"
    own = Oof(anonymous, oof.user_id)
    own.save(state=1)
    assert_refused(own.of(2).put(state=1), 403, FORBIDDEN)
    assert own.of(2).read()["state"] == 0


@pytest.mark.parametrize("refusal", EVERY_REFUSAL, ids=lambda refusal: type(refusal).__name__)
def test_every_refusal_has_an_answer_with_a_message(refusal: Refusal):
    answer = refusal_response(refusal)
    assert 400 <= answer.status_code < 500 or isinstance(refusal, IssuerUnreachable)
    assert bytes(answer.body).startswith(b'{"message":"')
