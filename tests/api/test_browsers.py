"""Protection of a browser's user. The matrix checks security headers and cookies of every response."""

from pathlib import Path

import pytest

from api.app import create_app
from domain.directory import Person
from store.store import Store
from tests.api.admin_web.browser import Browser, let_in, opened
from tests.api.clients import TestClient
from tests.api.deployment import BROKERLESS

ELSEWHERE = "https://evil.example"


@pytest.fixture
def browser(anonymous: TestClient, store: Store, people: list[Person]) -> Browser:
    let_in(store, people[9], "SystemAdmin")
    return opened(anonymous, "u10@example.com")


def test_a_browser_that_is_made_to_write_by_another_site_is_refused(browser: Browser):
    answer = browser.http.put(
        "/api/v1/domains/1/users/1/oof",
        content='{"state": 1}',
        headers={**browser.cookie, "Origin": ELSEWHERE, "Content-Type": "text/plain"},
    )
    assert answer.json() == {"message": "Access denied", "error": "Invalid or missing CSRF token"}


def test_a_cookie_opens_nothing_of_the_other_dialect(browser: Browser):
    for method in ("GET", "POST"):
        path = "/v1.0/users/u1@example.com/user-profile-statuses"
        assert browser.http.request(method, path, headers=browser.cookie).status_code == 401


STRICT = "default-src 'none'; frame-ancestors 'none'"


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """Return a build of a web application whose page has a script in it, as some builds do."""
    (tmp_path / "index.html").write_text(
        """<script src="/main.js"></script><SCRIPT type="module">start()</SCRIPT><script\nsrc="/x.js"></script>"""
    )
    (tmp_path / "main.js").write_text("")
    (tmp_path / "main.css").write_text("")
    return tmp_path


@pytest.fixture
def with_pages(build: Path, store: Store) -> TestClient:
    app = create_app(BROKERLESS.model_copy(update={"admin_web": build}), store)
    app.add_api_route("/v1.0/broken", _break)
    return TestClient(app, raise_server_exceptions=False)


def _break() -> None:
    raise RuntimeError


@pytest.mark.parametrize(
    "path", ["/v1.0/users", "/api/v1/about", "/healthz", "/openapi.json", "/icons/BUSY.svg", "/api/nothing"]
)
def test_an_answer_may_run_and_fetch_nothing_wherever_it_is_opened(with_pages: TestClient, path: str):
    assert with_pages.get(path).headers["Content-Security-Policy"] == STRICT


@pytest.mark.parametrize("path", ["/", "/docs", "/main.js", "/docs-files/swagger-ui-bundle.js"])
def test_a_page_runs_what_is_served_here_and_the_scripts_that_were_built_into_it(
    with_pages: TestClient, path: str
):
    policy = with_pages.get(path, headers={"Accept": "text/html"}).headers["Content-Security-Policy"]
    said = dict(directive.split(" ", 1) for directive in policy.split("; "))
    assert said["default-src"] == "'self'"
    assert said["frame-ancestors"] == "'none'"
    ours, of_the_reference, of_the_build = said["script-src"].split()
    assert ours == "'self'"
    assert of_the_build == "'sha256-DIm7WJS6ZKDYe5qFLPy+h4JFI9Bol5QmYC57mt3Fb00='"
    assert of_the_reference.startswith("'sha256-")


def test_what_a_browser_has_already_keeps_its_policy(with_pages: TestClient):
    first = with_pages.get("/", headers={"Accept": "text/html"})
    again = with_pages.get("/", headers={"Accept": "text/html", "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert "Content-Security-Policy" not in again.headers


def test_a_fault_of_our_own_is_answered_as_carefully(with_pages: TestClient):
    answer = with_pages.get("/v1.0/broken", headers={"X-Request-ID": "mine"})
    assert (answer.status_code, answer.headers["X-Request-ID"]) == (500, "mine")
    assert answer.headers["Content-Security-Policy"] == STRICT
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
