"""A build of admin-web, served at the root, without hiding the API."""

import os
import shutil
from pathlib import Path

import pytest
from fastapi import FastAPI

from api.app import create_app
from store.store import Store
from tests.api.clients import TestClient
from tests.api.deployment import BROKERLESS

#: A browser's request for a page, and a page's request for anything else.
PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
FETCH = {"Accept": "*/*"}


@pytest.fixture(scope="module")
def _build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("admin-web") / "around" / "build")


@pytest.fixture
def build(_build: Path) -> Path:
    shutil.rmtree(_build.parent)
    return written(_build)


def written(folder: Path) -> Path:
    (folder / "static").mkdir(parents=True)
    (folder / "index.html").write_text("<h1>admin-web</h1>")
    (folder / "static" / "main.js").write_text("start()")
    (folder.parent / "secret.txt").write_text("secret")
    return folder


def serving(build: Path | None, store: Store) -> TestClient:
    settings = BROKERLESS.model_copy(update={"admin_web": build})
    return TestClient(create_app(settings, store), raise_server_exceptions=False)


@pytest.fixture(scope="module")
def _app(_build: Path) -> FastAPI:
    settings = BROKERLESS.model_copy(update={"admin_web": _build})
    return create_app(settings, Store("sqlite:///nowhere.sqlite3"))


@pytest.fixture
def http(build: Path, app: FastAPI) -> TestClient:
    return TestClient(app, raise_server_exceptions=False)


def test_its_files_are_served(http: TestClient):
    script = http.get("/static/main.js", headers=FETCH)
    assert script.text == "start()"
    assert script.headers["Content-Type"].startswith("text/javascript")
    assert http.head("/static/main.js").status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/index.html", "/login", "/login?redirect=/1/users/1", "/1/users/1", "/nowhere"]
)
def test_every_path_that_it_makes_up_is_its_page(http: TestClient, path: str):
    answer = http.get(path, headers=PAGE)
    assert answer.status_code == 200
    assert answer.text == "<h1>admin-web</h1>"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_a_file_that_it_does_not_have_is_not_taken_for_a_page(http: TestClient):
    answer = http.get("/static/old.js", headers=FETCH)
    assert answer.status_code == 404
    assert "json" in answer.headers["Content-Type"]


@pytest.mark.parametrize("headers", [PAGE, FETCH])
@pytest.mark.parametrize(
    "path", ["/api", "/api/v1", "/api/v1/nothing", "/api/v2/login", "/v1.0", "/v1.0/nothing", "/docs/nothing"]
)
def test_what_is_the_apis_stays_not_found(http: TestClient, path: str, headers: dict[str, str]):
    answer = http.get(path, headers=headers)
    assert answer.status_code == (401 if path.startswith("/v1.0") else 404)
    assert "json" in answer.headers["Content-Type"]


@pytest.mark.parametrize(
    "path", ["/healthz", "/docs", "/openapi.json", "/docs-files/swagger-ui.css", "/metrics"]
)
def test_what_the_api_serves_it_still_serves(http: TestClient, path: str):
    answer = http.get(path, headers=PAGE)
    assert answer.status_code == 200
    assert answer.text != "<h1>admin-web</h1>"


def test_a_method_that_a_path_does_not_know_is_still_told(http: TestClient):
    answer = http.get("/api/v1/login", headers=PAGE)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_without_a_configuration_it_gets_an_empty_one(http: TestClient):
    answer = http.get("/config.json", headers=FETCH)
    assert (answer.status_code, answer.json()) == (200, {})


def test_a_configuration_of_its_own_is_served(build: Path, store: Store):
    (build / "config.json").write_text('{"devMode": false}')
    assert serving(build, store).get("/config.json").json() == {"devMode": False}


@pytest.mark.parametrize(
    "path", ["/..%2fsecret.txt", "/%2e%2e/secret.txt", "/static/../../secret.txt", "/a%00b"]
)
def test_nothing_outside_of_it_is_served(http: TestClient, path: str):
    assert "secret" not in http.get(path, headers=PAGE).text


@pytest.mark.parametrize("headers", [PAGE, FETCH])
@pytest.mark.parametrize(
    "path",
    [
        "/.env",
        "/%2eenv",
        "/%2Eenv",
        "/static//.env",
        "/static/../.env",
        "/.git/config",
        "/.git%2fconfig",
        "/static/.htaccess",
        "/static\\.htaccess",
        "/static%5c.htaccess",
        "/.nothing",
        "/.git/",
        "/.well-known/security.txt",
    ],
)
def test_nothing_hidden_is_served(build: Path, http: TestClient, path: str, headers: dict[str, str]):
    (build / ".git").mkdir()
    (build / ".well-known").mkdir()
    for hidden in (".env", ".git/config", ".git/index.html", "static/.htaccess", ".well-known/security.txt"):
        (build / hidden).write_text("secret")
    (build / "static\\.htaccess").write_text("secret")
    answer = http.get(path, headers=headers)
    assert (answer.status_code, "secret" in answer.text) == (404, False)


def test_what_is_published_of_the_token_endpoint_still_is(http: TestClient):
    assert http.get("/.well-known/jwks.json").status_code == 200


@pytest.mark.parametrize("path", ["/link.txt", "/linked/secret.txt"])
def test_a_link_that_leads_out_of_it_is_not_followed(build: Path, http: TestClient, path: str):
    (build / "link.txt").symlink_to(build.parent / "secret.txt")
    (build / "linked").symlink_to(build.parent)
    assert http.get(path, headers=FETCH).status_code == 404
    assert "secret" not in http.get(path, headers=PAGE).text


def test_a_link_to_something_hidden_is_not_followed(build: Path, http: TestClient):
    (build / ".git").mkdir()
    (build / "folder").mkdir()
    for hidden in (".env", ".git/config", ".git/index.html"):
        (build / hidden).write_text("secret")
    (build / "envlink.txt").symlink_to(".env")
    (build / "chain.txt").symlink_to("envlink.txt")
    (build / "gl").symlink_to(".git")
    (build / "folder" / "index.html").symlink_to("../.env")
    for path in ("/envlink.txt", "/gl/config", "/gl", "/gl/", "/folder", "/folder/", "/chain.txt"):
        for headers in (PAGE, FETCH):
            answer = http.get(path, headers=headers)
            assert (path, answer.status_code, "secret" in answer.text) == (path, 404, False)


def test_a_link_to_something_that_is_not_hidden_is_followed(build: Path, http: TestClient):
    (build / "js").symlink_to("static")
    assert http.get("/js/main.js", headers=FETCH).text == "start()"


def test_a_folder_below_a_hidden_one_is_served(tmp_path: Path, build: Path, store: Store):
    moved = build.rename(tmp_path / ".build")
    (tmp_path / "current").symlink_to(moved)
    for folder in (moved, tmp_path / "current"):
        assert serving(folder, store).get("/static/main.js", headers=FETCH).text == "start()"


def test_a_path_that_cannot_be_opened_is_not_found(build: Path, http: TestClient):
    (build / "loop").symlink_to("loop")
    (build / "ping").symlink_to("pong")
    (build / "pong").symlink_to("ping")
    for path in ("/loop", "/loop/", "/loop/x", "/ping", f"/{'x' * 300}", "/static/main.js/x"):
        assert (path, http.get(path, headers=FETCH).status_code) == (path, 404)


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read everything")
def test_what_cannot_be_read_is_not_found(build: Path, http: TestClient):
    (build / "static" / "main.js").chmod(0)
    (build / "closed").mkdir(mode=0)
    for path in ("/static/main.js", "/closed/main.js", "/closed", "/closed/"):
        assert (path, http.get(path, headers=FETCH).status_code) == (path, 404)


def test_nobody_writes_there(http: TestClient):
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert http.request(method, "/1/users").status_code in {404, 405}


def test_without_it_nothing_is_served_there(store: Store):
    http = serving(None, store)
    assert http.get("/", headers=PAGE, follow_redirects=False).headers["Location"] == "docs"
    for path in ("/config.json", "/1/users/1"):
        assert http.get(path, headers=PAGE).status_code == 404


def test_it_is_not_in_the_document(build: Path, store: Store):
    with_it = serving(build, store).get("/openapi.json").json()
    without_it = serving(None, store).get("/openapi.json").json()
    assert with_it["paths"].keys() == without_it["paths"].keys()


def test_a_folder_without_a_build_is_told_at_the_start(tmp_path: Path):
    with pytest.raises(LookupError, match=r"^PRESENTLY_ADMIN_WEB: .* no index\.html"):
        create_app(BROKERLESS.model_copy(update={"admin_web": tmp_path}))
