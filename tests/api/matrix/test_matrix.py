"""The permission matrix: every route of the application answers every caller as the tables say."""

from typing import Any, Final

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy import select
from starlette.routing import Mount

from store import tables as kept
from store.store import Store
from tests.api.clients import TestClient
from tests.api.matrix.callers import Callers, Headers
from tests.api.matrix.conftest import Caller
from tests.api.matrix.tables import BEARERS, LOGINS, OPEN, Route, Table

TABLES: Final = (BEARERS, LOGINS, OPEN)
ROUTES: Final = {route for table in TABLES for route in table.routes}
PATHS: Final = sorted({path for _, path in ROUTES})
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
READING: Final = {"GET", "HEAD", "OPTIONS"}


def columns(table: Table, *on_both: str) -> pytest.MarkDecorator:
    """Return the columns of `table` on SQLite, and on PostgreSQL those for which the database matters."""
    asked = [("sqlite", column) for column in table.callers] + [("postgresql", column) for column in on_both]
    return pytest.mark.parametrize(("store_url", "column"), asked, indirect=["store_url"])


def routes_of(app: FastAPI) -> set[Route]:
    """Return every route of the application; the framework does not list that of admin-web."""
    found = {("GET", "/"), ("HEAD", "/")}
    for context in iter_route_contexts(app.routes):
        is_mounted = isinstance(context.original_route, Mount)
        methods = {"GET", "HEAD"} if is_mounted else context.methods or set()
        found |= {(method, str(context.path_format)) for method in methods}
    return found


def contents(store: Store) -> list[Any]:
    """Return all rows."""
    with store.reading() as transaction:
        return [
            sorted(map(str, transaction.connection.execute(select(table))))
            for table in kept.metadata.sorted_tables
        ]


def check(table: Table, column: str, caller: Caller, store: Store, shown: list[Headers]) -> None:
    """Assert that this caller gets the expected answer, and that a refused write changes nothing."""
    expected = table.codes[column]
    before = contents(store)
    for headers in shown:
        assert {route: caller.code(route, headers) for route in expected} == expected
    if not any(code < 300 for (method, _), code in expected.items() if method not in READING):
        assert contents(store) == before


def test_every_route_of_the_application_is_in_a_table(app: FastAPI):
    assert routes_of(app) == ROUTES


@columns(BEARERS, "other", "climber", "left", "service")
def test_a_bearer_token_opens_what_the_table_says(
    column: str, callers: Callers, caller: Caller, store: Store
):
    check(BEARERS, column, caller, store, callers.bearers()[column])


@columns(LOGINS, "other", "reader", "left", "admin")
def test_a_login_opens_what_the_table_says(column: str, callers: Callers, caller: Caller, store: Store):
    check(LOGINS, column, caller, store, callers.logins()[column])


def test_open_routes_answer_everybody_alike(callers: Callers, caller: Caller):
    expected = OPEN.codes["anybody"]
    for headers, *_ in (*callers.bearers().values(), *callers.logins().values()):
        assert {route: caller.code(route, headers) for route in expected} == expected


@pytest.mark.parametrize("method", METHODS)
def test_a_method_that_a_path_does_not_have_is_refused_to_the_mightiest(
    callers: Callers, caller: Caller, method: str
):
    mightiest = callers.bearers()["service"][0] | callers.logins()["system"][0]
    missing = [path for path in PATHS if (method, path) not in ROUTES]
    answers = {path: caller.send(method, path, mightiest).status_code for path in missing}
    assert answers == dict.fromkeys(missing, 405)


def test_no_page_of_another_site_is_allowed_to_write(caller: Caller):
    asking = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-csrf-token"}
    for path in PATHS:
        assert caller.send("OPTIONS", path, asking).status_code in {200, 401, 405}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1.0"),
        ("GET", "/v1.0/"),
        ("GET", "/v1.0/nothing"),
        ("POST", "/v1.0/users/u1@example.com/set-leave-of-absence"),
        ("DELETE", "/v1.0/users"),
        ("HEAD", "/v1.0/users"),
        ("OPTIONS", "/v1.0/directory/profile-statuses"),
        ("BREW", "/v1.0/users/u1@example.com"),
    ],
)
def test_without_a_good_token_nothing_is_told_of_what_there_is(
    callers: Callers, anonymous: TestClient, method: str, path: str
):
    for caller in ("nobody", "bad", "left"):
        for headers in callers.bearers()[caller]:
            answer = anonymous.request(method, path, headers=headers)
            assert answer.status_code == 401
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    for headers in callers.bearers()["unscoped"]:
        assert anonymous.request(method, path, headers=headers).status_code in {404, 405}
