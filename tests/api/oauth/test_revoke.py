"""Revoking tokens (RFC 7009)."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from freezegun import freeze_time

from tests.api.clients import TestClient, Works
from tests.api.conftest import TokenFor
from tests.api.oauth.conftest import REVOKE, Program, Register, assert_refused

both_databases = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)


@both_databases
@pytest.mark.parametrize("hint", [None, "access_token", "refresh_token", "something"])
def test_an_access_token_that_was_revoked_opens_nothing(program: Program, hint: str | None):
    had, other = program.tokens(), program.tokens()
    answer = program.revoke(had["access_token"], token_type_hint=hint)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Cache-Control"] == "no-store"
    refused = program.try_token(had["access_token"])
    assert (refused.status_code, refused.json()["code"]) == (401, "UNAUTHORIZED")
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]
    assert program.try_token(other["access_token"]).status_code == 200
    assert program.refresh(had["refresh_token"]).status_code == 200


@both_databases
@pytest.mark.parametrize("rotates", [True, False])
def test_with_a_refresh_token_all_goes_that_was_granted_with_it(register: Register, rotates: bool):
    program = register(rotates=rotates)
    had, other = program.tokens(), program.tokens()
    refreshed = program.refresh(had["refresh_token"]).json()
    last = refreshed.get("refresh_token", had["refresh_token"])
    assert program.revoke(last).status_code == 200
    for token in (had["access_token"], refreshed["access_token"]):
        assert program.try_token(token).status_code == 401
    assert_refused(program.refresh(last), 400, "invalid_grant")
    assert program.try_token(other["access_token"]).status_code == 200


@pytest.mark.parametrize("token", ["x", "a.b.c", "0" * 64, "ä"])
def test_a_token_that_nobody_knows_is_fine(program: Program, token: str):
    answer = program.revoke(token)
    assert (answer.status_code, answer.content) == (200, b"")


def test_revoking_twice_is_fine(program: Program):
    had = program.tokens()
    for token in (had["access_token"], had["refresh_token"]):
        assert [program.revoke(token).status_code for _ in range(2)] == [200, 200]


def test_a_token_that_has_expired_is_fine(program: Program):
    had = program.tokens()
    with freeze_time(datetime.now(UTC) + timedelta(days=2)):
        assert program.revoke(had["access_token"]).status_code == 200


def test_the_tokens_of_others_are_not_revoked(program: Program, register: Register, token_for: TokenFor):
    had = program.tokens()
    other = register("crm", key=1)
    ours = token_for("directory")
    for token in (had["access_token"], had["refresh_token"], ours):
        assert_refused(other.revoke(token), 400, "invalid_grant", naming="another client")
    assert program.try_token(had["access_token"]).status_code == 200
    assert program.try_token(ours).status_code == 200
    assert program.refresh(had["refresh_token"]).status_code == 200


def test_only_a_client_revokes(program: Program):
    wrong = {"client_secret": "wrong"}
    had = program.tokens()
    assert_refused(program.revoke(had["access_token"], **wrong), 401, "invalid_client")
    assert_refused(program.http.post(REVOKE, data={"token": had["access_token"]}), 401, "invalid_client")
    assert_refused(program.revoke(None), 400, "invalid_request", naming="token: ")
    assert program.try_token(had["access_token"]).status_code == 200


@both_databases
def test_a_revoked_token_is_refused_on_every_request(program: Program, app: FastAPI):
    token = program.tokens()["access_token"]
    program.http.headers["Authorization"] = f"Bearer {token}"
    works = Works(program.http, "u1@example.com")
    status_id = works.posted()["userProfileStatusId"]
    assert program.revoke(token).status_code == 200
    definition = {"domainId": 1, "profileStatusName": "x", "iconType": "BUSY", "displayOrder": 1}
    answers = [
        program.http.get(works.path),
        works.get(status_id),
        works.post(),
        works.put(status_id),
        works.patch(status_id, statusMessage="x"),
        works.delete(status_id),
        program.http.get("/v1.0/directory/profile-statuses"),
        program.http.get("/v1.0/directory/profile-statuses/BUSY"),
        program.http.post("/v1.0/directory/profile-statuses", json=definition),
        program.http.put("/v1.0/directory/profile-statuses/BUSY", json=definition),
        program.http.patch("/v1.0/directory/profile-statuses/BUSY", json={"domainId": 1}),
        program.http.delete("/v1.0/directory/profile-statuses/CUSTOM01"),
        program.http.post("/v1.0/directory/profile-statuses/enable"),
        program.http.post("/v1.0/directory/profile-statuses/disable"),
        program.http.get("/api/v1/domains/1/users/1/oof"),
        program.http.put("/api/v1/domains/1/users/1/oof", json={"state": 1}),
    ]
    assert [answer.status_code for answer in answers] == [401] * len(answers)
    assert answers[-1].json() == {"message": "Access denied", "error": "Token has been revoked"}


def test_the_revoked_token_of_nobody_in_particular_leaves_no_trace_for_others(
    program: Program, http: TestClient
):
    program.revoke(program.tokens()["access_token"])
    assert http.get("/v1.0/users/u1@example.com/user-profile-statuses").status_code == 200
