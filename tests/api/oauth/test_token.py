"""Getting a token with an assertion, and with a client's own secret."""

import hmac
import json
from base64 import b64encode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwt
from joserfc.jwk import OctKey

from domain.credentials import Scope
from domain.directory import Person
from store.store import Store
from tests.api.clients import Oof, TestClient, Works
from tests.api.oauth.conftest import JWT_BEARER, TOKEN, Program, Register, a_key, assert_refused
from tests.store.builders import add_domain_with_people, events_of

both_databases = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)


@both_databases
def test_a_service_account_gets_a_token_for_its_assertion(program: Program):
    answer = program.ask_by_assertion("directory user")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert (answer.headers["Cache-Control"], answer.headers["Pragma"]) == ("no-store", "no-cache")
    said = answer.json()
    assert set(said) == {"access_token", "refresh_token", "token_type", "expires_in", "scope"}
    assert (said["token_type"], said["expires_in"], said["scope"]) == ("Bearer", "86400", "directory user")
    assert program.try_token(said["access_token"]).status_code == 200


def test_a_token_lives_as_long_as_the_client_is_set(register: Register):
    said = register(token_lifetime=timedelta(hours=1)).tokens()
    assert said["expires_in"] == "3600"


@pytest.mark.parametrize(
    "claims",
    [
        # The vendor's samples in Python and Node divide and add floats…
        lambda now: {"iat": now + 0.123456, "exp": now + 0.123456 + 3600},
        lambda now: {"iat": now, "exp": now + 60 * 60},
        # …and that in Java mixes milliseconds and seconds.
        lambda now: {"iat": int(now), "exp": int(now) + 3.6},
        lambda now: {"iat": int(now) - 30, "exp": int(now) - 26},
        lambda now: {"aud": "https://auth.worksmobile.com", "jti": "x", "nbf": int(now)},
        lambda _now: {"aud": ["a", "b"]},
    ],
)
def test_assertions_are_taken_as_the_samples_make_them(program: Program, claims: Any):
    said = claims(datetime.now(UTC).timestamp())
    assert program.ask_by_assertion(assertion=program.assertion(**said)).status_code == 200


@pytest.mark.parametrize(
    "header", [{"typ": "JWT"}, {}, {"kid": "1"}, {"typ": "JWT", "x-sample": "yes"}, {"cty": "x"}]
)
def test_headers_beside_the_algorithm_do_not_matter(program: Program, header: dict[str, Any]):
    signed = signed_with(program, {"alg": "RS256", **header})
    assert program.ask_by_assertion(assertion=signed).status_code == 200


def signed_with(program: Program, header: dict[str, Any], claims: dict[str, Any] | None = None) -> str:
    """Return an assertion with any header, always signed with RS256."""
    parts = [base64(json.dumps(part).encode()) for part in (header, claims or program.claims())]
    signature = jwt.encode(
        {"alg": "RS256"}, {}, program.key
    )  # only checks the key; the signature is made below
    assert signature
    made = program.key.private_key.sign(".".join(parts).encode(), PKCS1v15(), SHA256())  # type: ignore[union-attr]
    return ".".join([*parts, base64(made)])


def base64(part: bytes) -> str:
    return urlsafe_b64encode(part).decode().rstrip("=")


@pytest.mark.parametrize(
    "grant_type",
    [JWT_BEARER, quote(JWT_BEARER, safe=""), quote(JWT_BEARER)],
)
def test_the_grant_type_may_be_encoded_twice(program: Program, grant_type: str):
    assert program.ask_by_assertion(grant_type=grant_type).status_code == 200


@pytest.mark.parametrize(
    ("wanted", "gets"),
    [
        ("bot,user,calendar", "user"),
        ("directory.read,orgunit.read,user.read", "directory.read user.read"),
        ("directory user", "directory user"),
        ("user.email.read user.read", "user.read"),
        (None, "directory user"),
        ("", "directory user"),
    ],
)
def test_scopes_are_split_by_commas_or_blanks(program: Program, wanted: str | None, gets: str):
    assert program.tokens(scope=wanted)["scope"] == gets


@pytest.mark.parametrize("wanted", ["bot", "bot,calendar", "directory"])
def test_a_scope_that_the_client_does_not_have_is_not_granted(register: Register, wanted: str):
    assert_refused(register(scopes="user").ask_by_assertion(wanted), 400, "invalid_scope")


def test_a_token_is_good_for_what_was_granted_and_no_more(register: Register):
    program = register(scopes="user directory")
    reading = program.tokens(scope="user.read")["access_token"]
    assert program.try_token(reading).status_code == 200
    program.http.headers["Authorization"] = f"Bearer {reading}"
    refused = Works(program.http, "u1@example.com").post()
    assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded; charset=UTF-8", "Application/X-WWW-Form-Urlencoded"]
)
def test_a_form_may_name_its_encoding(program: Program, content_type: str):
    form = {"grant_type": JWT_BEARER, "assertion": program.assertion(), **program.shown}
    answer = program.http.post(TOKEN, content=urlencode(form), headers={"Content-Type": content_type})
    assert answer.status_code == 200


# --- invalid assertions


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": ...},
        {"sub": ...},
        {"iat": ...},
        {"exp": ...},
        {"iat": "1700000000"},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": float("inf")},
        {"exp": float("nan")},
        {"exp": 10**400},
        {"iat": float("-inf")},
        {"iat": -(10**400)},
        {"iss": 5},
        {"sub": None},
        {"delegated_user": 5},
        {"delegated_user": "a\0b"},
        {"sub": "x" * 20_000},
        {"nbf": "tomorrow"},
        {"nbf": 10**400},
    ],
)
def test_an_assertion_must_say_what_the_vendor_wants(program: Program, changed: dict[str, Any]):
    answer = program.ask_by_assertion(assertion=program.assertion(**changed))
    assert_refused(answer, 400, "invalid_grant", naming="iss, sub, iat and exp")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"iss": "crm"}, "iss must be the id of the client"),
        ({"sub": "crm.serviceaccount@example.com"}, "sub its service account"),
        ({"exp": 1_700_003_600, "iat": 1_700_000_000}, "expired"),
        ({"exp": 10**12}, "60 minutes"),
        ({"iat": 10**12, "exp": 10**12 + 60}, "from the future"),
        ({"nbf": 10**12}, "from the future"),
        ({"exp": 1e300}, "60 minutes"),
        # The difference of these is infinite.
        ({"iat": -1e308, "exp": 1e308}, "60 minutes"),
        ({"iat": 1e308, "exp": -1e308}, "from the future"),
        ({"delegated_user": "nobody@example.com"}, "delegated_user"),
        ({"delegated_user": "u1@other.example"}, "delegated_user"),
    ],
)
def test_an_assertion_must_be_the_clients_and_of_now(program: Program, changed: dict[str, Any], reason: str):
    answer = program.ask_by_assertion(assertion=program.assertion(**changed))
    assert_refused(answer, 400, "invalid_grant", naming=reason)


def test_an_assertion_that_another_key_signed_is_refused(program: Program):
    forged = jwt.encode({"alg": "RS256"}, program.claims(), a_key(1))
    assert_refused(program.ask_by_assertion(assertion=forged), 400, "invalid_grant", naming="signature")


def test_the_assertion_of_another_client_is_refused(program: Program, register: Register):
    other = register("crm", key=1)
    answer = program.ask_by_assertion(assertion=other.assertion())
    assert_refused(answer, 400, "invalid_grant")
    # Even if both have the same key.
    same = register("erp", key=0)
    assert_refused(program.ask_by_assertion(assertion=same.assertion()), 400, "invalid_grant", naming="iss")


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "RS512", "PS256", "ES256"])
def test_no_other_algorithm_than_rs256_is_taken(program: Program, algorithm: str):
    signed = signed_with(program, {"alg": algorithm})
    assert_refused(program.ask_by_assertion(assertion=signed), 400, "invalid_grant", naming="RS256")
    unsigned = signed.rpartition(".")[0]
    assert_refused(program.ask_by_assertion(assertion=f"{unsigned}."), 400, "invalid_grant", naming="RS256")


@pytest.mark.parametrize("form", ["pem", "der", "pem without its last line break"])
def test_the_public_key_is_no_shared_secret(program: Program, form: str):
    public = {
        "pem": program.client.public_key.encode(),
        "der": program.key.as_der(private=False),
        "pem without its last line break": program.client.public_key.strip().encode(),
    }[form]
    parts = ".".join(base64(json.dumps(part).encode()) for part in ({"alg": "HS256"}, program.claims()))
    signed = f"{parts}.{base64(hmac.digest(public, parts.encode(), 'sha256'))}"
    assert_refused(program.ask_by_assertion(assertion=signed), 400, "invalid_grant", naming="RS256")


@pytest.mark.parametrize("assertion", ["x", "a.b", "a.b.c", "a.b.c.d.e", "." * 100, "e30.e30.e30", "ä.ö.ü"])
def test_what_is_no_assertion_is_refused(program: Program, assertion: str):
    assert_refused(program.ask_by_assertion(assertion=assertion), 400, "invalid_grant")


def test_an_assertion_with_a_secret_key_of_its_own_is_refused(program: Program):
    signed = jwt.encode({"alg": "HS256"}, program.claims(), OctKey.import_key("secret" * 10))
    assert_refused(program.ask_by_assertion(assertion=signed), 400, "invalid_grant")


# --- which client it is


def basic(client_id: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode()}


def test_a_client_can_show_itself_in_the_header(program: Program):
    form = {"grant_type": "client_credentials"}
    shown = [
        basic("hr", "the secret of hr"),
        # By RFC 6749, both are form-encoded first.
        basic("hr", "the+secret+of+hr"),
        basic("hr", "the%20secret%20of%20hr"),
    ]
    for headers in shown:
        assert program.http.post(TOKEN, data=form, headers=headers).status_code == 200
        named_too = program.http.post(TOKEN, data={**form, "client_id": "hr"}, headers=headers)
        assert named_too.status_code == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"client_secret": "wrong"},
        {"client_secret": ""},
        {"client_secret": None},
        {"client_id": "nobody"},
        {"client_id": None},
        {"client_id": None, "client_secret": None},
        {"client_id": "HR"},
        {"client_secret": "the secret of hr "},
    ],
)
def test_who_is_no_client_gets_nothing(program: Program, changed: dict[str, str | None]):
    for form in (
        {"grant_type": "client_credentials"},
        {"grant_type": JWT_BEARER, "assertion": program.assertion()},
    ):
        assert_refused(program.ask(**form, **changed), 401, "invalid_client")


@pytest.mark.parametrize(
    "authorization",
    [
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic " + b64encode(b"hr").decode(),
        "Basic " + b64encode(b"hr:wrong").decode(),
        "Basic " + b64encode(b"\xff:\xff").decode(),
        "Basic " + b64encode(b"%ff:%ff").decode(),
        "Basic " + b64encode(b"\0:\0").decode(),
        "Bearer x",
        "x",
    ],
)
def test_a_header_that_shows_no_client_is_refused(program: Program, authorization: str):
    form = {"grant_type": "client_credentials"}
    answer = program.http.post(TOKEN, data=form, headers={"Authorization": authorization})
    assert_refused(answer, 401, "invalid_client")
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_a_token_that_a_client_has_already_does_not_matter(program: Program):
    program.http.headers["Authorization"] = f"Bearer {program.tokens()['access_token']}"
    assert program.ask_by_assertion().status_code == 200


def test_a_client_shows_itself_in_one_way_only(program: Program):
    header = basic("hr", program.secret)
    for form in (program.shown, {"client_id": "crm"}):
        data = {"grant_type": "client_credentials", **form}
        answer = program.http.post(TOKEN, data=data, headers=header)
        assert_refused(answer, 400, "invalid_request", naming="not in both")


def test_credentials_in_the_url_are_not_seen(program: Program):
    answer = program.http.post(TOKEN, params=program.shown, data={"grant_type": "client_credentials"})
    assert_refused(answer, 401, "invalid_client")


def test_a_revoked_client_gets_nothing_and_what_it_has_is_void(program: Program, store: Store):
    had = program.tokens()
    with store.writing() as transaction:
        transaction.clients.revoke("hr", transaction.now())
    assert_refused(program.ask_by_assertion(), 401, "invalid_client")
    assert_refused(program.refresh(had["refresh_token"]), 401, "invalid_client")
    refused = program.try_token(had["access_token"])
    assert (refused.status_code, refused.json()["code"]) == (401, "UNAUTHORIZED")
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]


# --- which grant


@pytest.mark.parametrize(
    "grant_type", ["password", "authorization_code", "implicit", "", "x", "CLIENT_CREDENTIALS"]
)
def test_there_are_three_grants(program: Program, grant_type: str):
    error = "unsupported_grant_type" if grant_type else "invalid_request"
    assert_refused(program.ask(grant_type=grant_type), 400, error)


@pytest.mark.parametrize(
    ("form", "missing"),
    [
        ({}, "grant_type"),
        ({"grant_type": JWT_BEARER}, "assertion"),
        ({"grant_type": JWT_BEARER, "assertion": ""}, "assertion"),
        ({"grant_type": "refresh_token"}, "refresh_token"),
    ],
)
def test_a_parameter_that_is_missing_is_named(program: Program, form: dict[str, str], missing: str):
    assert_refused(program.ask(**form), 400, "invalid_request", naming=f"{missing}: ")


@both_databases
def test_client_credentials_give_a_token_without_a_refresh_token(program: Program):
    answer = program.ask(grant_type="client_credentials", scope="directory.read")
    assert answer.status_code == 200
    said = answer.json()
    assert set(said) == {"access_token", "token_type", "expires_in", "scope"}
    assert said["scope"] == "directory.read"
    assert program.try_token(said["access_token"]).status_code == 200


# --- for whom


@both_databases
def test_what_was_done_is_told_with_the_name_of_the_service_account(
    program: Program, store: Store, person: Person
):
    program.http.headers["Authorization"] = f"Bearer {program.tokens()['access_token']}"
    assert Works(program.http, person.email).post().status_code == 201
    assert [event.actor for event in events_of(store, person)] == ["hr.serviceaccount@example.com"]


def test_a_service_account_is_nobody_to_be_called_me(program: Program):
    token = program.tokens()["access_token"]
    refused = program.try_token(token, "me")
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_PARAMETER")


def test_who_delegated_is_whom_the_token_speaks_for(program: Program, people: list[Person]):
    assertion = program.assertion(delegated_user="u2@example.com")
    token = program.tokens(assertion=assertion, scope="user")["access_token"]
    assert program.try_token(token, "me").status_code == 200
    program.http.headers["Authorization"] = f"Bearer {token}"
    assert Works(program.http, "me").post().status_code == 201
    assert Works(program.http, "u2@example.com").shown() is not None
    assert Works(program.http, "u1@example.com").post().status_code == 403


def test_a_client_sees_its_own_domain_only(register: Register, store: Store, person: Person):
    other = add_domain_with_people(store, count=1, name="other.example")[0].domain
    token = register("other", domain_id=other.id).tokens()["access_token"]
    program = register()
    assert program.try_token(token, person.email).status_code == 404
    assert program.try_token(token, "u1@other.example").status_code == 200
    program.http.headers["Authorization"] = f"Bearer {token}"
    assert program.http.get(Oof(program.http, person.id).path).status_code == 403


def test_a_token_of_the_command_line_belongs_to_no_client(http: TestClient, app: Any):
    token = http.headers["Authorization"].removeprefix("Bearer ")
    assert app.state.tokens.verify(token, datetime.now(UTC)).bearer.client is None
    assert http.get("/v1.0/users/u1@example.com/user-profile-statuses").status_code == 200


def test_every_scope_can_be_registered_and_granted(register: Register):
    program = register(scopes=" ".join(Scope))
    assert program.tokens(scope=None)["scope"] == "directory directory.read user user.read"
