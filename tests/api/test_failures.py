"""Internal failures: the response reports them in the dialect's form, without internals."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from api.deps import moment
from config.settings import Settings
from domain.credentials import Bearer, Login, Scope, stamp
from security.login_tokens import csrf_token
from store.store import Store
from tests.api.admin_web.browser import Browser, log_in
from tests.api.clients import Oof, TestClient, Works
from tests.api.conftest import Watch
from tests.api.grommunio.answers import assert_refused as assert_refused_by_grommunio
from tests.api.oauth.conftest import TOKEN
from tests.api.oauth.conftest import assert_refused as assert_refused_by_oauth
from tests.api.works.answers import assert_refused as assert_refused_by_works


@pytest.fixture(params=["sqlite", "postgresql", "not migrated"])
def store_that_is_down(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Return a store that cannot be reached, or has no tables."""
    url = {
        "sqlite": f"sqlite:///{tmp_path}/nowhere/presently.sqlite3",
        "postgresql": "postgresql://sesame:open@127.0.0.1:1/presently",
        "not migrated": f"sqlite:///{tmp_path}/blank.sqlite3",
    }[request.param]
    store = Store(url)
    yield store
    store.close()


@pytest.fixture
def http_without_store(settings: Settings, store_that_is_down: Store) -> TestClient:
    """Return a client of an API whose store cannot be reached."""
    app = create_app(settings, store_that_is_down)
    service = Bearer(name="service", domain_id=1, scopes=frozenset({Scope.DIRECTORY}))
    token = app.state.tokens.issue(service, moment(), lifetime=timedelta(hours=1))
    return TestClient(app, headers={"Authorization": f"Bearer {token}"})


def test_without_its_store_each_dialect_is_unavailable(http_without_store: TestClient, watch: Watch):
    logged = watch()
    works, oof = Works(http_without_store, "u1@example.com"), Oof(http_without_store, 1)
    item = f"{works.path}/uprofile-1"
    for answer in (
        http_without_store.get(works.path),
        works.post(),
        http_without_store.get(item),
        works.delete("x"),
        http_without_store.get("/v1.0/users"),
        http_without_store.get("/v1.0/nothing"),
        http_without_store.get("/v1.0/directory/profile-statuses"),
        http_without_store.post("/v1.0/directory/profile-statuses/enable"),
    ):
        assert_refused_by_works(answer, 503, "SERVICE_UNAVAILABLE", naming="store cannot be reached")
    for answer in (http_without_store.get(oof.path), oof.put(state=1)):
        assert_refused_by_grommunio(answer, 503, "Database error.")
    entries = logged()
    assert [entry["event"] for entry in entries].count("The store failed.") == 10
    assert "sesame" not in str(entries)


def test_without_its_store_nobody_logs_in_and_a_login_is_not_said_to_be_bad(http_without_store: TestClient):
    http = http_without_store
    token = http.app.state.login_tokens.issue(Login("user1", stamp(None)), moment())  # type: ignore[attr-defined]
    del http.headers["Authorization"]
    browser = Browser(http, token, csrf_token(token))
    for answer in (
        log_in(http, "u1@example.com"),
        browser.refresh(),
        browser.get("/profile"),
        browser.get("/domains"),
        browser.get("/domains/1/users/1/oof"),
        browser.put("/domains/1/users/1/oof", state=1),
    ):
        assert_refused_by_grommunio(answer, 503, "Database error.")
    assert http.get("/api/v1/about").status_code == 200


def test_without_its_store_no_client_is_said_to_be_unknown(http_without_store: TestClient):
    form = {"grant_type": "client_credentials", "client_id": "hr", "client_secret": "x"}
    assert_refused_by_oauth(http_without_store.post(TOKEN, data=form), 503, "temporarily_unavailable")


def test_without_its_store_a_bad_token_and_a_bad_body_are_still_seen(http_without_store: TestClient):
    works, oof = Works(http_without_store, "u1@example.com"), Oof(http_without_store, 1)
    assert works.post("x").status_code == 400
    assert oof.put(state=3).status_code == 400
    http_without_store.headers["Authorization"] = "Bearer x"
    assert works.post().status_code == 401
    assert oof.put(state=1).status_code == 401


class Bug(Exception):
    """SELECT secret FROM /etc/somewhere."""


def broken() -> None:
    """Break."""
    raise Bug(Bug.__doc__)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (
            "/v1.0/broken",
            {
                "code": "INTERNAL_SERVER_ERROR",
                "description": "Something went wrong here; it has been logged.",
            },
        ),
        ("/api/v1/broken", {"message": "The server encountered an error while processing the request."}),
    ],
)
def test_a_fault_of_our_own_shows_nothing_of_what_lies_inside(
    settings: Settings, store: Store, path: str, body: dict[str, str], watch: Watch
):
    app = create_app(settings, store)
    logged = watch()
    app.add_api_route(path, broken)
    answer = TestClient(app, raise_server_exceptions=False).get(path)
    assert (answer.status_code, answer.json()) == (500, body)
    assert "Traceback" not in answer.text
    assert [entry["status"] for entry in logged()] == [500]


def test_a_fault_of_our_own_announces_that_the_connection_closes(app: FastAPI, url: str):
    """A client would otherwise send its next request on the closed connection, and lose it."""
    app.add_api_route("/v1.0/broken", broken)
    with httpx.Client(base_url=url) as http:
        for _ in range(3):
            answer = http.get("/v1.0/broken")
            assert (answer.status_code, answer.headers["Connection"]) == (500, "close")
            assert http.get("/healthz").status_code == 200
