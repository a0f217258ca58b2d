"""A client with `--own` changes nothing that others said, through any dialect."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.deps import moment
from domain.credentials import Scope
from services.clients import Choices, new_client, register
from store.store import Store
from tests.api.clients import Oof, TestClient, Works
from tests.api.works.directory import PATH, a_body
from tests.builders import a_domain

pytestmark = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)

TEXTS: dict[str, Any] = {"internalReply": "<p>inside</p>", "externalReply": "<p>outside</p>"}
CHANGED: dict[str, Any] = {"internalReply": "<p>changed</p>", "externalReply": "<p>outside</p>"}


@pytest.fixture
def limited(app: FastAPI, store: Store) -> httpx.Client:
    """Return a client that may change only what it booked itself."""
    choices = Choices(name="HR", scopes=frozenset(Scope), public_key="", writes_own_only=True)
    client = new_client(a_domain(), choices).client
    register(store, client)
    bearer = replace(client.bearer(frozenset({Scope.DIRECTORY})), token_id="t1")  # noqa: S106 (an id)
    token = app.state.tokens.issue(bearer, moment(), lifetime=timedelta(hours=1))
    http = TestClient(app, raise_server_exceptions=False)
    http.headers["Authorization"] = f"Bearer {token}"
    return http


@pytest.fixture
def its_oof(limited: httpx.Client, oof: Oof) -> Oof:
    """Return that client for the out-of-office of the first person."""
    return replace(oof, http=limited)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/disable", None),
        ("POST", "/enable", None),
        ("POST", "", a_body(profileStatusId="CUSTOM02")),
        ("DELETE", "/CUSTOM01", None),
        ("PUT", "/CUSTOM01", a_body(profileStatusName="Dinner")),
        ("PATCH", "/CUSTOM01", {"domainId": 1, "profileStatusName": "Dinner"}),
        ("PATCH", "/BUSY", {"domainId": 1, "useDefaultStatus": False}),
    ],
)
def test_definitions_stay_with_everybodys_statuses(
    http: httpx.Client, limited: httpx.Client, works: Works, method: str, path: str, body: Any
):
    assert http.post(PATH, json=a_body()).status_code == 201
    posted, defined = works.posted("CUSTOM01"), http.get(PATH).json()
    answer = limited.request(method, PATH + path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")
    assert works.list() == [posted]
    assert http.get(PATH).json() == defined


@pytest.mark.parametrize(
    "setting",
    [{"state": 0, **CHANGED}, {"state": 0, "externalAudience": 2, **TEXTS}, {"state": 1, **CHANGED}],
)
def test_the_out_of_office_that_somebody_else_switched_on_stays(oof: Oof, its_oof: Oof, setting: Any):
    oof.save(state=1, **TEXTS)
    before = oof.read()
    assert its_oof.put(**setting).status_code == 403
    assert oof.read() == before


def test_texts_that_are_switched_off_stay(oof: Oof, its_oof: Oof):
    oof.save(state=0, **TEXTS)
    before = oof.read()
    for setting in (CHANGED, {**TEXTS, "externalAudience": 2}):
        answer = its_oof.put(state=0, **setting)
        assert (answer.status_code, list(answer.json())) == (403, ["message"])
        assert oof.read() == before
    its_oof.save(state=0, **TEXTS)


def test_they_are_shown_again_after_an_out_of_office_of_the_clients_own(oof: Oof, its_oof: Oof):
    oof.save(state=0, **TEXTS)
    before = oof.read()
    for _ in range(2):
        its_oof.save(state=1, startTime="2026-08-01 08:00:00", **CHANGED)
    assert oof.read()["internalReply"] == CHANGED["internalReply"]
    its_oof.save(state=0, **CHANGED)
    assert oof.read() == before


def test_the_id_that_naver_works_gave_somebody_elses_status_stays_with_it(
    limited: httpx.Client, http: httpx.Client, works: Works
):
    planned = http.put(
        "/presently/v1/people/u1@example.com/statuses/external/X",
        json={"status": "ABSENCE", "from": "2026-03-16", "to": "2099-01-01"},
    )
    assert planned.status_code == 201, planned.text
    (before,) = works.list()
    its_works = replace(works, http=limited)
    assert its_works.put(before["userProfileStatusId"], "BUSY").status_code == 403
    assert works.list() == [before]
