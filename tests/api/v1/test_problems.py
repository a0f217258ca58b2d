"""Every error of this dialect is a problem (RFC 9457) whose type is a page, and tells every fault at once."""

import json
from typing import Any

import pytest

from api.date_times import DateTime
from api.v1 import problems
from api.v1.bodies import Body
from api.v1.errors import refusal_response
from api.v1.routing import router_for
from domain.refusals import Refusal, WindowIsEmpty
from store.store import Store
from tests.api.clients import TestClient
from tests.api.conftest import TokenFor
from tests.api.refusals import EVERY_REFUSAL
from tests.api.v1.frames import app_with

DOMAIN = "/presently/v1/domain"


class Inner(Body):
    content: str | None = None


class Leave(Body):
    """A body as the routes have it, to try the frame with."""

    status: str
    to: DateTime
    autoReply: Inner | None = None  # noqa: N815 (the wire's name)


leaves = router_for("/leaves", tag="leaves")


@leaves.post("")
def add(body: Leave, limit: int = 1) -> dict[str, Any]:
    """Add a leave."""
    if body.status == "EMPTY":
        raise WindowIsEmpty("ends_at")
    return {"limit": limit}


@pytest.fixture
def client(store: Store, token_for: TokenFor) -> TestClient:
    client = TestClient(app_with(leaves, store), raise_server_exceptions=False)
    client.headers["Authorization"] = f"Bearer {token_for('directory')}"
    return client


def problem(answer: Any, status: int, name: str) -> dict[str, Any]:
    """Return the body of a problem of this kind."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["type"] == f"/presently/v1/problems/{name}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


@pytest.mark.parametrize("refusal", EVERY_REFUSAL, ids=lambda refusal: type(refusal).__name__)
def test_every_refusal_is_a_problem_with_its_own_sentence(refusal: Refusal):
    answer = refusal_response(refusal)
    body = json.loads(bytes(answer.body))
    assert body["status"] == answer.status_code >= 400
    assert (refusal.__doc__ or "").partition("\n")[0][:10] in body["detail"] or str(refusal) == body["detail"]


def test_every_problem_has_a_page_that_needs_no_token(anonymous: TestClient):
    index = anonymous.get(problems.PAGES)
    for one in problems.listed():
        page = anonymous.get(one.type)
        assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert one.title in page.text
        assert f'id="{one.name}"' in index.text


def test_an_unknown_page_is_not_told_to_strangers(anonymous: TestClient):
    assert anonymous.get(f"{problems.PAGES}/nothing").status_code == 401


def test_an_unknown_field_is_refused_with_the_one_that_is_meant(client: TestClient):
    body = {"status": "ABSENCE", "until": "2027-08-05T00:00:00+02:00", "to": "2027-08-05T00:00:00+02:00"}
    told = problem(client.post("/presently/v1/leaves", json=body), 422, "invalid-request")
    assert told["errors"] == [{"pointer": "#/until", "detail": "unknown field `until`; did you mean `to`?"}]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Status", "did you mean `status`?"),
        ("auto_reply", "did you mean `autoReply`?"),
        ("autoReplyMail", "did you mean `autoReply`?"),
        ("statsu", "did you mean `status`?"),
        ("colour", "known are `status`, `to`, `autoReply`."),
    ],
)
def test_the_nearest_name_is_suggested(client: TestClient, name: str, meant: str):
    body = {"status": "ABSENCE", "to": "2027-08-05T00:00:00+02:00", name: "x"}
    (fault,) = problem(client.post("/presently/v1/leaves", json=body), 422, "invalid-request")["errors"]
    assert fault == {"pointer": f"#/{name}", "detail": f"unknown field `{name}`; {meant}"}


def test_every_fault_of_a_body_is_told_at_once(client: TestClient):
    body = {"to": "2027-08-05T00:00:00", "a/b~": 1, "autoReply": {"content": 1, "Content": "x"}}
    told = problem(client.post("/presently/v1/leaves", json=body), 422, "invalid-request")
    assert [fault["pointer"] for fault in told["errors"]] == [
        "#/status",
        "#/to",
        "#/autoReply/content",
        "#/autoReply/Content",
        "#/a~1b~0",
    ]
    assert told["detail"].endswith("There are 5 faults.")
    assert told["errors"][1]["detail"].startswith("An offset from UTC is required")


def test_no_more_than_a_hundred_faults_are_told(client: TestClient):
    body = {"x" * 70 + str(number): number for number in range(1000)}
    told = problem(client.post("/presently/v1/leaves", json=body), 422, "invalid-request")
    assert len(told["errors"]) == 100
    assert len(json.dumps(told)) < 15_000


@pytest.mark.parametrize(
    ("content", "kind", "status", "name"),
    [
        (b"{", "application/json", 400, "unreadable-body"),
        (b"", "application/json", 400, "unreadable-body"),
        (b"\xff", "application/json", 400, "unreadable-body"),
        (b"{}", "text/plain", 415, "not-json"),
        (b"[]", "application/json", 422, "invalid-request"),
        (b"[" * 300_000, "application/json", 413, "body-too-large"),
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem(
    client: TestClient, content: bytes, kind: str, status: int, name: str
):
    answer = client.post("/presently/v1/leaves", content=content, headers={"Content-Type": kind})
    problem(answer, status, name)


def test_a_refusal_of_the_rules_names_the_field_in_the_body(client: TestClient):
    body = {"status": "EMPTY", "to": "2027-08-05T00:00:00Z"}
    told = problem(client.post("/presently/v1/leaves", json=body), 422, "invalid-request")
    assert told["errors"] == [{"pointer": "#/endsAt", "detail": "The end must lie after the start."}]


def test_unknown_names_of_the_query_are_refused_all_at_once(client: TestClient):
    answer = client.post("/presently/v1/leaves?count=5&colour=red&limit=1")
    told = problem(answer, 422, "invalid-request")
    assert told["errors"] == [
        {"pointer": "?count", "detail": "unknown name `count`; did you mean `limit`?"},
        {"pointer": "?colour", "detail": "unknown name `colour`; known are `limit`."},
    ]


def test_a_value_of_the_query_that_cannot_be_used_is_named(client: TestClient):
    body = {"status": "ABSENCE", "to": "2027-08-05T00:00:00Z"}
    told = problem(client.post("/presently/v1/leaves?limit=x", json=body), 422, "invalid-request")
    assert told["errors"] == [{"pointer": "?limit", "detail": "It must be a whole number."}]


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("GET", "/presently/v1/nothing", 404, "not-there"),
        ("GET", "/presently/v1", 404, "not-there"),
        ("GET", "/presently/v2/people", 404, "not-there"),
        ("GET", "/presently", 404, "not-there"),
        ("DELETE", DOMAIN, 405, "no-such-method"),
    ],
)
def test_what_is_not_there_is_a_problem(client: TestClient, method: str, path: str, status: int, name: str):
    problem(client.request(method, path), status, name)


def test_the_path_that_was_meant_is_told(client: TestClient):
    told = problem(client.get(f"{DOMAIN}/"), 404, "not-there")
    assert told["detail"] == f"Nothing has this path. Did you mean {DOMAIN}?"


def test_without_a_token_nothing_is_told_of_what_there_is(anonymous: TestClient):
    for path in (DOMAIN, "/presently/v1/nothing"):
        answer = anonymous.get(path)
        problem(answer, 401, "not-signed-in")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="presently"'


def test_a_missing_scope_is_named(anonymous: TestClient, token_for: TokenFor):
    answer = anonymous.get("/presently/v1/clients", headers={"Authorization": f"Bearer {token_for('user')}"})
    problem(answer, 403, "not-allowed")
    assert 'scope="directory directory.read"' in answer.headers["WWW-Authenticate"]
