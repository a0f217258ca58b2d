"""Fixtures for the tests of the API: the whole application over a real store, and a client for each dialect.

The application and its clients are made once, because its state is in its store only; each test has its own store.
"""

import json
import logging
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

from api.app import create_app
from api.deps import moment
from config.logging import configure
from config.settings import Settings
from domain.credentials import Bearer, Scope
from domain.directory import Person
from harness.server import Door, door
from store.store import Store
from tests.api.clients import Oof, TestClient, Works
from tests.api.deployment import BROKERLESS
from tests.store.builders import add_domain_with_people

TokenFor = Callable[..., str]
ApiOf = Callable[[Settings, Store], FastAPI]
Entries = Callable[[], list[dict[str, Any]]]
Watch = Callable[[], Entries]


@pytest.fixture(scope="session")
def _migrated_sqlite(_migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite store with the ten people of domain 1; copying it is faster than adding them."""
    file = tmp_path_factory.mktemp("peopled") / "presently.sqlite3"
    shutil.copy(_migrated_sqlite, file)
    store = Store(f"sqlite:///{file}")
    add_domain_with_people(store)
    store.close()
    return file


@pytest.fixture
def store_url(request: pytest.FixtureRequest) -> str:
    """Return the URL of a store on SQLite, or on the database of the test's mark."""
    url: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return url


@pytest.fixture
def people(store: Store) -> list[Person]:
    """Return the ten people of domain 1, example.com in Seoul."""
    with store.reading() as transaction:
        found = transaction.directory.people(1)
    return found or add_domain_with_people(store)


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Return settings of a deployment whose broker is down."""
    return BROKERLESS


@pytest.fixture(scope="session")
def _app() -> FastAPI:
    return create_app(BROKERLESS, Store("sqlite:///nowhere.sqlite3"))


@pytest.fixture
def app(_app: FastAPI, store: Store, people: list[Person]) -> FastAPI:
    """Return the API over a store with the ten people of domain 1."""
    assert people
    _app.state.store = store
    return _app


@pytest.fixture
def token_for(app: FastAPI) -> TokenFor:
    """Return a function that makes tokens with these scopes; by default for a service of domain 1."""

    def issue(
        *scopes: str,
        person: Person | None = None,
        domain_id: int = 1,
        lifetime: timedelta = timedelta(hours=1),
        now: datetime | None = None,
    ) -> str:
        caller = Bearer(
            name=person.email if person else "service",
            domain_id=domain_id,
            scopes=frozenset(Scope(scope) for scope in scopes),
            user_id=person.user_id if person else None,
        )
        issued: str = app.state.tokens.issue(caller, now or moment(), lifetime=lifetime)
        return issued

    return issue


@pytest.fixture(scope="session", autouse=True)
def _portal() -> Iterator[BlockingPortal]:
    """Run one event loop for the requests of all clients, as a server does; otherwise each would make its own."""
    with start_blocking_portal() as portal:
        TestClient.portal = portal
        yield portal
        TestClient.portal = None


@pytest.fixture
def api_of(_portal: BlockingPortal) -> Iterator[ApiOf]:
    """Yield a function that builds an API with a broker; afterwards its connection is closed."""
    built: list[FastAPI] = []

    def build(settings: Settings, store: Store) -> FastAPI:
        built.append(create_app(settings, store))
        return built[-1]

    yield build
    for app in built:
        _portal.call(app.state.rate_limits.close)


@pytest.fixture
def anonymous(app: FastAPI) -> TestClient:
    """Return a client without a token, which gets failures as responses and not as exceptions."""
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture
def http(app: FastAPI, token_for: TokenFor) -> httpx.Client:
    """Return a client whose token allows everybody in domain 1."""
    client = TestClient(app, raise_server_exceptions=False)
    client.headers["Authorization"] = f"Bearer {token_for('directory')}"
    return client


@pytest.fixture(scope="session")
def _door() -> Iterator[Door]:
    with door() as opened:
        yield opened


@pytest.fixture
def url(app: FastAPI, _door: Door) -> Iterator[str]:
    """Serve the API, and yield its URL."""
    with _door.opened_to(app) as opened:
        yield opened


@pytest.fixture
def watch(capsys: pytest.CaptureFixture[str]) -> Iterator[Watch]:
    """Yield a function that starts to watch our log, and returns a function that reads the entries since.

    Call it in the test: between the setup and the test itself, pytest replaces the stream of the log.
    """
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def entries() -> list[dict[str, Any]]:
        written = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
        return [entry for entry in written if entry["logger"].startswith("presently")]

    def start() -> Entries:
        configure("INFO")
        return entries

    yield start
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def works(http: httpx.Client, person: Person) -> Works:
    """Return a client of NAVER WORKS for the first person."""
    return Works(http, person.email)


@pytest.fixture
def oof(http: httpx.Client, person: Person) -> Oof:
    """Return a client of grommunio for the first person."""
    return Oof(http, person.id)
