"""Fixtures of the matrix: the application with all its features, and all callers."""

from typing import Any, Final

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from store.store import Store
from tests.api.clients import TestClient
from tests.api.deployment import BROKERLESS
from tests.api.matrix.callers import Callers, Headers
from tests.api.matrix.tables import Route
from tests.api.works.directory import a_body

_ELSEWHERE: Final = "https://evil.example"
_BUSY: Final = {"profileStatusId": "BUSY"}
_STATUSES: Final = "/v1.0/users/{userId}/user-profile-statuses"
_STATUS: Final = f"{_STATUSES}/{{userProfileStatusId}}"
_DEFINITIONS: Final = "/v1.0/directory/profile-statuses"
_DEFINITION: Final = f"{_DEFINITIONS}/{{profileStatusId}}"
_OOF: Final = "/api/v1/domains/{domainID}/users/{userID}/oof"

_PLANS: Final = "/presently/v1/people/{ref}/statuses"
_PLANNED: Final = {"status": "ABSENCE", "endsAt": "2100-01-01T00:00:00Z"}

#: Valid bodies, for routes that take one.
_BODIES: Final[dict[Route, dict[str, Any]]] = {
    ("POST", _STATUSES): {"json": _BUSY},
    ("PUT", _STATUS): {"json": _BUSY | {"statusMessage": "x"}},
    ("PATCH", _STATUS): {"json": {"statusMessage": "y"}},
    ("POST", _DEFINITIONS): {"json": a_body(profileStatusId=...)},
    ("PUT", _DEFINITION): {"json": a_body(profileStatusName="x", profileStatusId=...)},
    ("PATCH", _DEFINITION): {"json": {"domainId": 1, "displayOrder": 6}},
    ("POST", "/presently/v1/people/{ref}/feeds"): {"json": {"shows": "busy"}},
    ("POST", "/presently/v1/feeds"): {"json": {"shows": "busy"}},
    ("PUT", _OOF): {"json": {"state": 1, "internalReply": "Away"}},
    ("POST", _PLANS): {"json": _PLANNED},
    ("PUT", f"{_PLANS}/external/{{externalId}}"): {"json": _PLANNED},
    ("PUT", f"{_PLANS}/{{statusId}}"): {"json": {"status": "BUSY", "message": "z"}},
    ("PATCH", f"{_PLANS}/{{statusId}}"): {"json": {"message": "w"}},
    ("POST", "/oauth2/v2.0/token"): {"data": {"grant_type": "client_credentials", "client_id": "nobody"}},
    ("POST", "/oauth2/v2.0/revoke"): {"data": {"token": "x", "client_id": "nobody"}},
    ("POST", "/api/v1/login"): {"data": {"user": "u2@example.com", "pass": "wrong"}},
}

#: If the query can name a domain, it names domain 1.
_DOMAIN: Final = {"params": {"domainId": 1}}
_QUERIES: Final = {
    "/v1.0/users",
    _DEFINITIONS,
    _DEFINITION,
    f"{_DEFINITIONS}/enable",
    f"{_DEFINITIONS}/disable",
}


class Caller:
    """Sends a valid request to a route, from a page of another site, and checks every response."""

    def __init__(self, http: httpx.Client, status_id: str) -> None:
        self._http = http
        self._names = {
            "userId": "u2@example.com",
            "userProfileStatusId": status_id,
            "profileStatusId": "CUSTOM01",
            "domainID": 1,
            "userID": 2,
            "orgID": 5,
            "roleID": 18,
            "unit": "beat",
            "action": "restart",
            "service": "postfix",
            "file": "main.cf",
            "username": "u2@example.com",
            "iconType": "BUSY",
            "path": "swagger-ui.css",
            "name": "has-changed",
            "ref": "u2@example.com",
            "id": "none",
            "secret": "a-guess",
            "statusId": status_id,
            "externalId": "V-1",
        }

    def code(self, route: Route, headers: Headers) -> int:
        """Send the request, and return the status code."""
        method, path = route
        said = _BODIES.get(route, {}) | (_DOMAIN if path in _QUERIES else {})
        return self.send(method, path, headers, **said).status_code

    def send(self, method: str, path: str, headers: Headers, **said: Any) -> httpx.Response:
        """Return the answer."""
        sent = {"Origin": _ELSEWHERE, "Accept": "text/html", **headers}
        answer = self._http.request(method, path.format(**self._names), headers=sent, **said)
        assert_careful(answer)
        return answer


def assert_careful(answer: httpx.Response) -> None:
    """Assert that the security headers are set, no CORS header, and no cookie."""
    headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "Set-Cookie" not in headers
    assert not [name for name in headers if name.startswith("access-control-")]


@pytest.fixture(scope="session")
def _app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """Return the application, with a build of admin-web."""
    build = tmp_path_factory.mktemp("build")
    (build / "index.html").write_text("<h1>admin-web</h1>")
    settings = BROKERLESS.model_copy(update={"admin_web": build})
    return create_app(settings, Store("sqlite:///nowhere.sqlite3"))


@pytest.fixture
def callers(app: FastAPI, store: Store, people: list[Any]) -> Callers:
    """Return all callers."""
    return Callers(app, store, people)


@pytest.fixture
def caller(callers: Callers, anonymous: TestClient) -> Caller:
    """Return the sender of requests; the second person shows a status, and the domain has one of its own."""
    service = {"Authorization": f"Bearer {callers.token('directory')}"}
    assert anonymous.post(_DEFINITIONS, json=a_body(), headers=service).status_code == 201
    posted = anonymous.post(_STATUSES.format(userId="u2@example.com"), json=_BUSY, headers=service)
    return Caller(anonymous, posted.json()["userProfileStatusId"])
