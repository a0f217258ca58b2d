"""Bearer tokens, valid and invalid, in both dialects."""

import hmac
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from freezegun import freeze_time
from joserfc import jws, jwt
from joserfc.jwk import ECKey

from api.deps import moment
from domain.credentials import Bearer, Scope
from domain.directory import Person
from store.store import Store
from tests.api.clients import Oof, TestClient, Works
from tests.api.conftest import TokenFor, Watch
from tests.api.malformed import MALFORMED
from tests.api.works.answers import assert_refused
from tests.store.builders import add_domain_with_people, events_of

REALM = 'Bearer realm="presently"'

#: The faults of a token, in the words of each dialect.
NOT_OURS = ("The token is not an access token for this API.", "invalid token")
FORGED = ("The signature of the token is invalid.", "Invalid token signature")
NOT_YET = ("The token is not valid yet: nbf or iat is later than now.", "invalid token")
EXPIRED = ("The token has expired.", "Token has expired")


def answers(client: httpx.Client, authorization: str | None) -> tuple[httpx.Response, httpx.Response]:
    """Return each dialect's response to this header."""
    shown = {} if authorization is None else {"Authorization": authorization}
    works = client.get("/v1.0/users/u1@example.com/user-profile-statuses", headers=shown)
    return works, client.get("/api/v1/domains/1/users/1/oof", headers=shown)


def assert_denied(client: httpx.Client, authorization: str, reason: tuple[str, str]) -> None:
    """Assert that both dialects deny access, for this reason."""
    works, oof = answers(client, authorization)
    assert_refused(works, 401, "UNAUTHORIZED", naming=reason[0])
    assert (
        works.headers["WWW-Authenticate"]
        == f'{REALM}, error="invalid_token", error_description="{reason[0]}"'
    )
    assert (oof.status_code, oof.json()) == (401, {"message": "Access denied", "error": reason[1]})


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer ", "Basic dTE6cGFzcw==", "Token x", "x"]
)
def test_without_a_token_nobody_gets_in(anonymous: TestClient, authorization: str | None):
    works, oof = answers(anonymous, authorization)
    assert_refused(works, 401, "UNAUTHORIZED", naming="bearer token")
    assert works.headers["WWW-Authenticate"] == REALM
    assert (oof.status_code, oof.json()) == (401, {"message": "Access denied", "error": "No token provided"})


def base64(part: bytes) -> str:
    """Encode a part of a token."""
    return urlsafe_b64encode(part).decode().rstrip("=")


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER ", "Bearer  "])
def test_a_token_gets_in_however_its_scheme_is_spelt(anonymous: TestClient, token_for: TokenFor, scheme: str):
    works, oof = answers(anonymous, scheme + token_for("user.read"))
    assert (works.status_code, oof.status_code) == (200, 200)


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "a.b",
        "a.b.c",
        "a.b.c.d.e",
        "." * 1000,
        "a" * 60_000,
        "eyJhbGciOiJub25lIn0.e30.",
        "%00",
        "Bearer x",
        *MALFORMED,
    ],
)
def test_what_is_no_token_is_denied(anonymous: TestClient, token: str):
    assert_denied(anonymous, f"Bearer {token}", NOT_OURS)


def test_a_token_that_was_tampered_with_is_denied(anonymous: TestClient, token_for: TokenFor):
    header, payload, signature = token_for("user.read").split(".")
    claims = {"scope": "directory", "domain": 1, "exp": 2**40}
    tampered = base64(json.dumps(claims).encode())
    assert_denied(anonymous, f"Bearer {header}.{tampered}.{signature}", FORGED)
    assert_denied(anonymous, f"Bearer {header}.{payload}.", FORGED)
    assert_denied(anonymous, f"Bearer {header}.{payload}.{signature[:-4]}", FORGED)


def claims_of(app: FastAPI, token: str) -> dict[str, Any]:
    """Return the claims of a valid token."""
    return dict(jwt.decode(token, app.state.tokens.ring.current()[0], algorithms=["ES256"]).claims)


def test_a_token_that_another_key_signed_is_denied(app: FastAPI, anonymous: TestClient, token_for: TokenFor):
    claims = claims_of(app, token_for("directory"))
    other = ECKey.generate_key("P-256")
    signed = jwt.encode(
        {"alg": "ES256", "typ": "at+jwt", "kid": app.state.tokens.ring.current()[0].kid}, claims, other
    )
    assert_denied(anonymous, f"Bearer {signed}", FORGED)


def test_the_public_key_is_no_secret_to_sign_with(app: FastAPI, anonymous: TestClient, token_for: TokenFor):
    claims = claims_of(app, token_for("directory"))
    key = app.state.tokens.ring.current()[0]
    for public in (
        key.as_pem(private=False),
        key.as_der(private=False),
    ):
        unsigned = ".".join(
            base64(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "at+jwt"}, claims)
        )
        signature = base64(hmac.digest(public, unsigned.encode(), "sha256"))
        assert_denied(anonymous, f"Bearer {unsigned}.{signature}", NOT_OURS)


def test_a_token_without_a_signature_is_denied(app: FastAPI, anonymous: TestClient, token_for: TokenFor):
    payload = token_for("directory").split(".")[1]
    header = base64(b'{"alg":"none","typ":"at+jwt"}')
    assert_denied(anonymous, f"Bearer {header}.{payload}.", NOT_OURS)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"jti": "\ud800"}, NOT_OURS),
        ({"client_id": "\ud800"}, NOT_OURS),
        ({"person": "\ud800"}, NOT_OURS),
        ({"person": "a\0b"}, NOT_OURS),
        ({"domain": 10**30}, NOT_OURS),
        ({"nbf": 10**12}, NOT_YET),
        ({"iat": 10**12}, NOT_YET),
    ],
)
def test_a_signed_token_with_odd_values_is_denied(
    app: FastAPI, anonymous: TestClient, token_for: TokenFor, changed: dict[str, Any], reason: tuple[str, str]
):
    claims = json.dumps(claims_of(app, token_for("directory")) | changed)
    signed = jws.serialize_compact(
        {"alg": "ES256", "typ": "at+jwt"}, claims, app.state.tokens.ring.current()[0]
    )
    assert_denied(anonymous, f"Bearer {signed}", reason)


@pytest.mark.parametrize("kind", ["JWT", "id+jwt", None])
def test_a_jwt_of_another_kind_is_no_access_token(
    app: FastAPI, anonymous: TestClient, token_for: TokenFor, kind: str | None
):
    header = {"alg": "ES256"} | ({"typ": kind} if kind else {})
    signed = jwt.encode(header, claims_of(app, token_for("directory")), app.state.tokens.ring.current()[0])
    assert_denied(anonymous, f"Bearer {signed}", NOT_OURS)


def test_a_token_is_good_until_the_second_of_its_end(anonymous: TestClient, token_for: TokenFor):
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    token = token_for("directory", now=noon, lifetime=timedelta(hours=1))
    with freeze_time(noon) as frozen:
        assert [answer.status_code for answer in answers(anonymous, f"Bearer {token}")] == [200, 200]
        frozen.move_to(noon + timedelta(minutes=59, seconds=59))
        assert [answer.status_code for answer in answers(anonymous, f"Bearer {token}")] == [200, 200]
        frozen.move_to(noon + timedelta(hours=1))
        assert_denied(anonymous, f"Bearer {token}", EXPIRED)


def test_a_token_of_another_domain_sees_nobody_here(
    anonymous: TestClient, token_for: TokenFor, store: Store, person: Person
):
    other = add_domain_with_people(store, count=1, name="other.example")[0].domain
    anonymous.headers["Authorization"] = f"Bearer {token_for('directory', domain_id=other.id)}"
    works, oof = Works(anonymous, person.email), Oof(anonymous, person.id)
    for answer in (anonymous.get(works.path), works.post(), works.put("x"), works.delete("x")):
        assert_refused(answer, 404, "USER_NOT_EXIST")
    for answer in (anonymous.get(oof.path), oof.put(state=1)):
        assert answer.status_code == 403
        assert answer.json() == {"message": "Access denied: Insufficient permissions for this operation"}


READING = {"user": True, "user.read": True, "directory": True, "directory.read": True}
WRITING = {"user": True, "user.read": False, "directory": True, "directory.read": False}


@pytest.mark.parametrize("scope", READING)
def test_each_scope_opens_its_routes_and_no_other(
    works: Works, anonymous: TestClient, token_for: TokenFor, scope: str
):
    anonymous.headers["Authorization"] = f"Bearer {token_for(scope)}"
    status_id = works.posted()["userProfileStatusId"]
    mine, oof = Works(anonymous, works.user_id), Oof(anonymous, 1)
    reading = [
        anonymous.get(mine.path),
        mine.get(status_id),
        anonymous.get(oof.path),
        anonymous.head(oof.path),
    ]
    assert [answer.status_code == 200 for answer in reading] == [READING[scope]] * 4
    writing = [
        mine.post(statusMessage="x"),
        mine.put(works.list()[0]["userProfileStatusId"]),
        mine.patch(works.list()[0]["userProfileStatusId"], statusMessage="y"),
        mine.delete(works.list()[0]["userProfileStatusId"]),
        oof.put(state=1),
    ]
    assert [answer.status_code < 300 for answer in writing] == [WRITING[scope]] * 5
    assert {answer.status_code for answer in writing} <= {200, 201, 204, 403}


def test_without_any_scope_a_token_opens_nothing(anonymous: TestClient, token_for: TokenFor):
    works, oof = answers(anonymous, f"Bearer {token_for()}")
    assert_refused(works, 403, "FORBIDDEN", naming="scope")
    assert oof.status_code == 403


@pytest.mark.parametrize("scope", ["user", "directory"])
def test_what_was_done_is_told_with_the_name_of_who_did_it(
    app: FastAPI, anonymous: TestClient, store: Store, person: Person, scope: str
):
    caller = Bearer(name="hr-sync", domain_id=1, scopes=frozenset({Scope(scope)}))
    token = app.state.tokens.issue(caller, moment(), lifetime=timedelta(minutes=1))
    anonymous.headers["Authorization"] = f"Bearer {token}"
    Works(anonymous, person.email).posted()
    assert [event.actor for event in events_of(store, person)] == ["hr-sync"]


def test_no_secret_and_no_address_is_logged(
    app: FastAPI, anonymous: TestClient, token_for: TokenFor, watch: Watch
):
    logged = watch()
    token = token_for("directory")
    header, payload, signature = token.split(".")
    for shown in (token, f"{header}.{payload}.{signature[:-4]}", "sesame"):
        works, oof = answers(anonymous, f"Bearer {shown}")
        Works(anonymous, "u1@example.com").http.post(
            works.request.url.path,
            headers={"Authorization": f"Bearer {shown}"},
            json={"profileStatusId": "x"},
        )
        assert works.status_code == oof.status_code
    entries = [str(entry) for entry in logged()]
    assert len(entries) == 9
    private = app.state.tokens.ring.current()[0].as_dict(private=True)["d"]
    for secret in (token, payload, signature, "sesame", "u1@", private):
        assert not any(secret in entry for entry in entries)
