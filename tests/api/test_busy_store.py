"""A store that is locked by another session, or frozen: writers get 503, and all other requests are answered."""

import ast
import inspect
import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from textwrap import dedent
from types import FunctionType
from typing import Any, Final, get_type_hints

import httpx
import psutil
import psycopg
import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from api.app import create_app
from api.deps import TheStoreToWrite, moment
from domain.credentials import Bearer, Scope
from harness import postgres
from harness.server import address, serving
from harness.waiting import slowness, wait_until
from store import migrate
from store.store import Store
from tests.api.deployment import BROKERLESS
from tests.api.grommunio.answers import assert_refused as assert_refused_by_grommunio
from tests.api.oauth.conftest import TOKEN
from tests.api.oauth.conftest import assert_refused as assert_refused_by_oauth
from tests.api.works.answers import assert_refused as assert_refused_by_works
from tests.store.builders import add_domain_with_people

#: These tests measure how long responses take.
pytestmark = pytest.mark.alone

STATUSES: Final = "/v1.0/users/{}@example.com/user-profile-statuses"
OOF: Final = "/api/v1/domains/1/users/{}/oof"
BUSY: Final = {"profileStatusId": "BUSY"}

#: More than a process has threads.
WRITERS: Final = 20
#: Readers never wait for a lock.
AT_ONCE: Final = timedelta(seconds=1.5)
READS: Final = ("/healthz", "/readyz", "/metrics", STATUSES.format("u2"), STATUSES.format("u1"))
#: On a machine with too much work, the writers may have been refused before all is asked.
ROUNDS: Final = 5


@contextmanager
def served(url: str) -> Iterator[httpx.Client]:
    """Serve an API over the store at `url`, and yield a client."""
    app = create_app(BROKERLESS.model_copy(update={"database_url": SecretStr(url)}))
    service = Bearer(name="service", domain_id=1, scopes=frozenset({Scope.DIRECTORY}))
    token = app.state.tokens.issue(service, moment(), lifetime=timedelta(hours=1))
    with (
        serving(app, lifespan="on") as server,
        httpx.Client(
            base_url="http://{}:{}".format(*address(server)),
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
            limits=httpx.Limits(max_connections=None),
        ) as client,
    ):
        yield client


@pytest.fixture
def http(store_url: str) -> Iterator[httpx.Client]:
    """Yield a client of an API with its own store and the ten people of domain 1."""
    with closing(Store(store_url)) as store, store.reading() as transaction:
        is_empty = not transaction.directory.people(1)
    if is_empty:
        with closing(Store(store_url)) as store:
            add_domain_with_people(store)
    with served(store_url) as client:
        yield client


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Lock the rows that u1's writers need, as a session in psql could."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(make_url(url).database or "", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
    else:
        with psycopg.connect(url) as other:
            other.execute("SELECT * FROM person WHERE email = 'u1@example.com' FOR UPDATE")
            yield


@dataclass(frozen=True)
class Timed:
    """A response, and how long it took."""

    answer: httpx.Response
    took: timedelta


def timed(ask: Callable[[], httpx.Response]) -> Timed:
    """Send a request, and measure its time."""
    began = time.monotonic()
    return Timed(ask(), timedelta(seconds=time.monotonic() - began))


@pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)
def test_who_reads_is_answered_while_writers_wait_for_a_lock(http: httpx.Client, store_url: str):
    unread = list(READS)
    with ThreadPoolExecutor(WRITERS) as threads, locked(store_url):
        for _ in range(ROUNDS):
            writers = [
                threads.submit(timed, lambda: http.post(STATUSES.format("u1"), json=BUSY))
                for _ in range(WRITERS)
            ]
            wait_until(lambda: http.get("/healthz").status_code == 200)
            unread = read_beside(writers, unread, http)
            for written in (writer.result() for writer in writers):
                assert_refused_by_works(written.answer, 503, "SERVICE_UNAVAILABLE", naming="store is busy")
                assert int(written.answer.headers["Retry-After"]) > 0
                assert written.took < timedelta(seconds=10) * slowness()
            if not unread:
                break
    assert unread == [], "Each was answered while every writer still waited."
    assert http.post(STATUSES.format("u1"), json=BUSY).status_code == 201


def read_beside(writers: Sequence[Future[Timed]], paths: Sequence[str], http: httpx.Client) -> list[str]:
    """Read these in turn, each at once, and return those that were not answered before the first writer was."""
    for asked, path in enumerate(paths):
        read = timed(lambda path=path: http.get(path))  # type: ignore[misc]
        if any(writer.done() for writer in writers):
            return list(paths[asked:])
        assert read.took < AT_ONCE * slowness(), path
        assert read.answer.status_code == (503 if path == "/readyz" else 200)  # there is no broker
        assert path != "/readyz" or read.answer.json()["store"] == "ok"
    return []


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_on_postgresql_other_people_are_written_meanwhile(http: httpx.Client, store_url: str):
    with locked(store_url):
        refused = timed(lambda: http.put(OOF.format(1), json={"state": 1}))
        assert_refused_by_grommunio(refused.answer, 503, "The store is busy; try again shortly.")
        assert refused.took < timedelta(seconds=5)
        assert http.put(OOF.format(2), json={"state": 1}).status_code == 200


def test_every_route_that_writes_takes_a_place_of_the_writers():
    app = create_app(BROKERLESS, Store("sqlite:///nowhere.sqlite3"))
    endpoints = {
        context.original_route.endpoint
        for context in iter_route_contexts(app.routes)
        if isinstance(context.original_route, APIRoute)
    }
    writing = {endpoint for endpoint in endpoints if writes(endpoint)}
    taking_a_place = {
        endpoint
        for endpoint in endpoints
        if TheStoreToWrite in get_type_hints(endpoint, include_extras=True).values()
    }
    assert writing
    assert writing == taking_a_place


def writes(function: Any) -> bool:
    """Return whether a function opens a writing transaction, itself or in one that it calls."""
    return "writing" in function.__code__.co_names or any(map(writes, called_by(function)))


def called_by(function: Any) -> Iterator[FunctionType]:
    """Find the functions of the API and of the use cases that it calls."""
    for node in ast.walk(ast.parse(dedent(inspect.getsource(function)))):
        match node:
            case ast.Call(func=ast.Name(id=name)):
                called = function.__globals__.get(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr=name)):
                called = getattr(function.__globals__.get(module), name, None)
            case _:
                continue
        if inspect.isfunction(called) and called.__module__.startswith(("api.", "services.")):
            yield called


@contextmanager
def frozen(cluster: postgres.Cluster) -> Iterator[None]:
    """Freeze the server and all its connection processes, so that no client is answered or refused."""
    server = int((cluster.folder / "cluster" / "postmaster.pid").read_text().split()[0])
    pids = [server, *(child.pid for child in psutil.Process(server).children(recursive=True))]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def test_a_frozen_postgresql_is_told_from_one_that_answers():
    with postgres.cluster("fsync=off") as cluster:
        migrate.upgrade(cluster.url)
        with closing(Store(cluster.url)) as store:
            add_domain_with_people(store)
        with served(cluster.url) as http, ThreadPoolExecutor(WRITERS) as threads:
            assert http.post(STATUSES.format("u1"), json=BUSY).status_code == 201
            with frozen(cluster):
                asked = [
                    threads.submit(timed, lambda: http.get(STATUSES.format("u1"))) for _ in range(WRITERS)
                ]
                assert timed(lambda: http.get("/healthz")).took < AT_ONCE
                for probe in (timed(lambda: http.get("/readyz")), timed(lambda: http.get("/metrics"))):
                    assert probe.took < timedelta(seconds=5)
                    unready = probe.answer.status_code == 503
                    assert unready or 'presently_up{part="store"} 0.0' in probe.answer.text
                for read in (future.result() for future in asked):
                    assert_refused_by_works(read.answer, 503, "SERVICE_UNAVAILABLE", naming="store")
                    assert int(read.answer.headers["Retry-After"]) > 0
                    assert read.took < timedelta(seconds=10)
                form = {"grant_type": "client_credentials", "client_id": "hr", "client_secret": "x"}
                known = timed(lambda: http.post(TOKEN, data=form))
                assert_refused_by_oauth(known.answer, 503, "temporarily_unavailable")
                assert known.took < timedelta(seconds=5)
            wait_until(lambda: http.get(STATUSES.format("u1")).status_code == 200)
