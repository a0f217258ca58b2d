"""In a real browser: admin-web's requests from our own page, and the API reference without internet."""

import html
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI

from api.app import create_app
from api.deps import moment
from domain.credentials import Bearer, Scope
from domain.directory import Person
from harness.server import door
from store.store import Store
from tests.api.admin_web.browser import KEPT_OF_IT, PASSWORD, SENT, let_in
from tests.api.deployment import BROKERLESS
from tests.browser import chromium

_PAGE: Final = Path(__file__).with_name("page")

_USER: Final = "/domains/1/users/1"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Return a folder with the pages, to serve and to add to."""
    return shutil.copytree(_PAGE, tmp_path / "page")


@pytest.fixture
def app(page: Path, store: Store, people: list[Person]) -> FastAPI:
    """Return the API with the pages at its root."""
    assert people
    return create_app(BROKERLESS.model_copy(update={"admin_web": page}), store)


@pytest.fixture
def url(app: FastAPI) -> Iterator[str]:
    """Return the URL at which it is served."""
    with door() as opening, opening.opened_to(app) as served:
        yield served


RunPage = Callable[..., Any]


@pytest.fixture
def run_page(url: str, page: Path, tmp_path: Path) -> RunPage:
    """Return a function that passes input to a page, opens it at a path, and returns what the page received."""

    def run(path: str, **given: Any) -> Any:
        (page / "given.json").write_text(json.dumps(given))
        document = chromium.show(f"{url}{path}", tmp_path).document
        written = re.search(r'<pre id="told">(.+?)</pre>', document, re.DOTALL)
        assert written, document
        return json.loads(html.unescape(written[1]))

    return run


@dataclass(frozen=True)
class Visit:
    """The requests of admin-web in one visit, in order, each with its status and body."""

    calls: list[dict[str, Any]]

    def bodies(self, asked: str) -> list[Any]:
        """Return the responses to this request."""
        return [call["body"] for call in self.calls if call["asked"] == asked]

    @property
    def refused(self) -> list[tuple[str, int]]:
        """Return the requests that failed."""
        return [(call["asked"], call["status"]) for call in self.calls if call["status"] != 200]


@pytest.mark.parametrize("role", ["DomainAdmin 1", "SystemAdmin"])
@pytest.mark.parametrize("path", ["/1/users/1#8", "/"], ids=["by a link", "clicking through"])
def test_admin_web_logs_in_reads_saves_and_reads_back(
    run_page: RunPage, store: Store, people: list[Person], role: str, path: str
):
    let_in(store, people[9], role)
    visit = Visit(run_page(path, login="u10@example.com", password=PASSWORD, domain=1, user=1, oof=SENT))

    clicked, of_the_system = path == "/", role == "SystemAdmin"
    assert visit.refused == [
        ("POST /login", 401),
        ("GET /profile", 401),
        *([("GET /domains/1/dnsCheck", 400)] if clicked else []),
        # With the CSRF token from before the reload, and after the logout.
        (f"PUT {_USER}/oof", 401),
        ("GET /profile", 401),
    ]
    assert visit.bodies("GET /config.json") == [{}, {}]
    assert [body["message"] for body in visit.bodies("POST /login")[:1]] == ["Login failed"]
    assert len(visit.bodies("POST /login without a form")) == 1

    before, first, second, after = visit.bodies("GET /profile")
    assert (before["error"], after["error"]) == ("No token provided", "invalid token")
    assert first == second
    assert first["user"]["username"] == "u10@example.com"
    assert {"DomainAdminRead", "DomainAdminWrite", "ResetPasswd"} <= set(first["capabilities"])
    assert ("SystemAdminWrite" in first["capabilities"]) == of_the_system
    assert len(visit.bodies("GET /system/license")) == (2 if of_the_system else 0)
    assert len(visit.bodies("GET /system/dashboard")) == (1 if of_the_system and clicked else 0)

    listed = [call["body"]["count"] for call in visit.calls if "/users?" in call["asked"]]
    assert listed == ([10] if clicked else [])
    assert [body["ID"] for body in visit.bodies(f"GET {_USER}")] == [1, 1]
    assert visit.bodies(f"GET {_USER}/oof") == [{"state": 0, "externalAudience": 0}, KEPT_OF_IT]
    saved, stale = visit.bodies(f"PUT {_USER}/oof")
    assert saved == {"message": "Success"}
    assert stale["error"] == "Invalid or missing CSRF token"


def test_the_api_reference_opens_without_internet(url: str, tmp_path: Path):
    shown = chromium.show(f"{url}/docs", tmp_path, height=20_000)  # the page has only the operations in view
    assert "Presently API reference" in shown.document
    for path in ("/api/v1/login", "/v1.0/users/{userId}/user-profile-statuses"):
        assert f'data-path="{path}"' in shown.document
    assert shown.hosts == {urlsplit(url).netloc}


def test_the_api_reference_tries_a_request_with_a_token(run_page: RunPage, app: FastAPI, person: Person):
    caller = Bearer(name="reader", domain_id=1, scopes=frozenset({Scope.DIRECTORY}))
    bearer = app.state.tokens.issue(caller, moment(), lifetime=timedelta(hours=1))
    shown = run_page("/reference.html", bearer=bearer, email=person.email)
    assert "error" not in shown, shown
    assert shown["status"].startswith("200")
    assert json.loads(shown["body"]) == {"userProfileStatuses": []}
