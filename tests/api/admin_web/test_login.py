"""Logging in and renewing the login: sections 7.1, 7.4, 7.5 and 7.6, row by row."""

import base64
import hashlib
from datetime import datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from joserfc.jwk import ECKey

from api.deps import moment
from domain.credentials import Login, stamp
from domain.directory import Person
from domain.events import Author
from domain.permissions import role
from security import passwords
from security.login_tokens import LoginTokens, csrf_token
from security.signing_keys import StaticKeyRing
from services.people import deactivate_all
from store.store import Store
from tests.api.admin_web.browser import COOKIE, LOGIN, PASSWORD, Browser, let_in, log_in, opened
from tests.api.clients import TestClient
from tests.api.conftest import TokenFor
from tests.api.grommunio.answers import assert_bad, assert_kept_by_no_cache, assert_refused
from tests.api.malformed import MALFORMED

pytestmark = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)

PROFILE = "/api/v1/profile"
OOF = "/api/v1/domains/1/users/1/oof"


@pytest.fixture
def http(anonymous: TestClient, store: Store, people: list[Person]) -> TestClient:
    """Return a client without a login; u10 administers domain 1, and u9 nothing."""
    let_in(store, people[9], "DomainAdmin 1")
    let_in(store, people[8])
    return anonymous


@pytest.fixture
def browser(http: TestClient) -> Browser:
    """Return the browser of u10."""
    return opened(http, "u10@example.com")


def assert_denied(answer: httpx.Response, error: str, message: str = "Access denied") -> None:
    assert answer.status_code == 401, answer.text
    assert_kept_by_no_cache(answer)
    assert answer.json() == {"message": message, "error": error}


# 7.1


@pytest.mark.parametrize("user", ["u10@example.com", "U10@EXAMPLE.com", "boss", "Boss"])
def test_whoever_has_the_password_is_logged_in(
    http: TestClient, store: Store, people: list[Person], user: str
):
    with store.writing() as transaction:
        transaction.accounts.add_login_name(people[9].id, "boss")
    answer = log_in(http, user)
    assert answer.status_code == 200
    assert_kept_by_no_cache(answer)
    assert set(answer.json()) == {"grommunioAuthJwt", "csrf"}


def test_the_cookie_is_left_to_the_client(http: TestClient):
    assert "Set-Cookie" not in log_in(http, "u10@example.com").headers


@pytest.mark.parametrize(
    ("user", "password"),
    [
        ("u10@example.com", "wrong"),
        ("u10@example.com", ""),
        ("u10@example.com", PASSWORD.upper()),
        ("u10@example.com", "x" * 60_000),
        ("u9@example.com", "wrong"),  # has no role, which must not show
        ("u8@example.com", ""),  # has no password
        ("nobody@example.com", PASSWORD),
        # The original has a built-in account of this name; Presently has none.
        ("admin", PASSWORD),
        ("", PASSWORD),
        ("\0", PASSWORD),
        ("u10@example.com\0", PASSWORD),
        ("%", PASSWORD),
    ],
)
def test_a_wrong_password_and_an_unknown_user_are_told_alike(http: TestClient, user: str, password: str):
    assert_denied(log_in(http, user, password), "Invalid username or password", "Login failed")


def test_who_has_nothing_to_administer_is_not_logged_in(http: TestClient):
    assert_denied(log_in(http, "u9@example.com"), "Access denied", "Login failed")


def test_a_form_of_64_kilobytes_is_read_and_a_larger_one_is_not(http: TestClient):
    form = b"user=u10@example.com&pass="
    largest = form + b"%" * (64 * 1024 - len(form))
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert_refused(
        http.post(LOGIN, content=largest + b"%", headers=headers), 413, "The login form is larger than 64 kB."
    )
    assert http.post(LOGIN, content=largest, headers=headers).status_code == 401


@pytest.mark.parametrize("form", [{}, {"user": "u10@example.com"}, {"pass": PASSWORD}, {"username": "u10"}])
def test_an_incomplete_form_without_a_cookie_is_refused(http: TestClient, form: dict[str, str]):
    assert_refused(http.post(LOGIN, data=form), 400, "Incomplete login form")


@pytest.mark.parametrize("form", [{}, {"user": "u10@example.com"}, {"pass": PASSWORD}])
def test_an_incomplete_form_with_a_valid_cookie_renews_the_login(browser: Browser, form: dict[str, str]):
    answer = browser.http.post(LOGIN, data=form, headers=browser.cookie)
    assert answer.status_code == 200
    token = answer.json()[COOKIE]
    assert browser.http.get(PROFILE, headers={"Cookie": f"{COOKIE}={token}"}).status_code == 200


@pytest.mark.parametrize("token", ["", "none", "a.b.c"])
def test_an_invalid_cookie_renews_nothing(http: TestClient, token: str):
    answer = http.post(LOGIN, headers={"Cookie": f"{COOKIE}={token}"})
    assert_refused(answer, 400, "Incomplete login form")


def test_an_expired_login_is_not_renewed(app: FastAPI, browser: Browser):
    expired = issued(app, browser, moment() - timedelta(days=7))
    assert_refused(Browser(browser.http, expired, "").refresh(), 400, "Incomplete login form")


def test_a_login_without_its_roles_is_not_renewed(browser: Browser, store: Store, people: list[Person]):
    with store.writing() as transaction:
        transaction.accounts.withdraw(people[9].id, role("DomainAdmin", "1"))
    assert_refused(browser.refresh(), 400, "Incomplete login form")


def test_a_login_of_nobody_is_not_renewed(app: FastAPI, http: TestClient):
    assert_refused(a_stranger(app, http).refresh(), 400, "Incomplete login form")


@pytest.mark.parametrize(
    "request_of",
    [
        {"json": {"user": "u10@example.com", "pass": PASSWORD}},
        {"files": {"user": (None, "u10@example.com"), "pass": (None, PASSWORD)}},
        {"content": "user=u10&pass=x", "headers": {"Content-Type": "text/plain"}},
        {
            "content": b"user=\xff&pass=x",
            "headers": {"Content-Type": "application/x-www-form-urlencoded"},
        },
    ],
)
def test_a_body_of_another_kind_is_bad(http: TestClient, request_of: dict[str, object]):
    assert_bad(http.post(LOGIN, **request_of), "mimetype")


def test_a_form_with_a_charset_is_a_form(http: TestClient):
    answer = http.post(
        LOGIN,
        content="user=u10%40example.com&pass=correct+horse%20battery",
        headers={"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"},
    )
    assert answer.status_code == 200


def test_only_post_logs_in(http: TestClient):
    assert_refused(http.get(LOGIN), 405, "Method 'GET' not allowed on this endpoint")


# 7.2 and 7.4


def test_the_csrf_token_is_made_of_the_token(browser: Browser):
    digest = hashlib.sha3_256(browser.token.encode()).digest()
    assert browser.csrf == base64.b64encode(digest).decode()


@pytest.mark.parametrize("header", ["X-CSRF-TOKEN", "X-Csrf-Token", "x-csrf-token"])
def test_the_csrf_header_is_read_in_any_letter_case(browser: Browser, header: str):
    answer = browser.http.put(OOF, json={"state": 0}, headers={**browser.cookie, header: browser.csrf})
    assert answer.status_code == 200


def test_reading_needs_no_csrf_token(browser: Browser):
    assert browser.get("/domains/1/users/1/oof").status_code == 200


@pytest.mark.parametrize("csrf", [None, "", "wrong", "T4ZrTvVkJc1iHsTNFmJDsBCvsV+u9zx1PQ6nWPB1m4A="])
@pytest.mark.parametrize("method", ["PUT", "HEAD"])
def test_all_but_reading_needs_the_csrf_token(browser: Browser, method: str, csrf: str | None):
    headers = {**browser.cookie, **({} if csrf is None else {"X-Csrf-Token": csrf})}
    answer = browser.http.request(method, OOF, headers=headers)
    assert answer.status_code == 401
    if method == "PUT":
        assert_denied(answer, "Invalid or missing CSRF token")


def test_a_csrf_token_that_is_not_ascii_is_wrong(browser: Browser):
    headers = [(b"Cookie", browser.cookie["Cookie"].encode()), (b"X-Csrf-Token", b"\xff\xfe")]
    assert_denied(browser.http.put(OOF, headers=headers), "Invalid or missing CSRF token")


def test_the_csrf_token_of_another_login_is_wrong(app: FastAPI, browser: Browser):
    renewed = issued(app, browser, moment() + timedelta(seconds=60))
    mixed = Browser(browser.http, renewed, browser.csrf)
    assert_denied(mixed.put("/domains/1/users/1/oof", state=1), "Invalid or missing CSRF token")
    paired = Browser(browser.http, renewed, csrf_token(renewed))
    assert paired.put("/domains/1/users/1/oof", state=1).status_code == 200


# 7.5


def issued(app: FastAPI, browser: Browser, at: datetime) -> str:
    tokens: LoginTokens = app.state.login_tokens
    token: str = tokens.issue(tokens.verify(browser.token, moment()), at)
    return token


def a_stranger(app: FastAPI, http: TestClient) -> Browser:
    """Return the browser of a person whose account is deleted."""
    token = app.state.login_tokens.issue(Login("user-gone", stamp(None)), moment())
    return Browser(http, token, csrf_token(token))


@pytest.mark.parametrize("path", [PROFILE, OOF])
def test_without_a_cookie_nobody_is_let_in(http: TestClient, path: str):
    assert_denied(http.get(path), "No token provided")


@pytest.mark.parametrize("path", [PROFILE, OOF])
@pytest.mark.parametrize("token", ["", "none", "a.b.c", "a b", '"', *MALFORMED])
def test_a_cookie_that_is_no_token_is_invalid(http: TestClient, path: str, token: str):
    assert_denied(http.get(path, headers={"Cookie": f"{COOKIE}={token}"}), "invalid token")


@pytest.mark.parametrize("path", [PROFILE, OOF])
def test_an_expired_token_is_told_so(app: FastAPI, browser: Browser, path: str):
    token = issued(app, browser, moment() - timedelta(days=7))
    assert_denied(browser.http.get(path, headers={"Cookie": f"{COOKIE}={token}"}), "Token has expired")


@pytest.mark.parametrize("path", [PROFILE, OOF])
def test_a_token_of_another_key_is_told_so(app: FastAPI, browser: Browser, path: str):
    forger = LoginTokens(StaticKeyRing((ECKey.generate_key("P-256", auto_kid=True),)), timedelta(days=7))
    token = forger.issue(app.state.login_tokens.verify(browser.token, moment()), moment())
    answer = browser.http.get(path, headers={"Cookie": f"{COOKIE}={token}"})
    assert_denied(answer, "Invalid token signature")


def test_a_bearer_token_is_no_cookie_and_a_cookie_no_bearer_token(browser: Browser, token_for: TokenFor):
    bearer = token_for("directory")
    for path in (PROFILE, OOF):
        assert_denied(browser.http.get(path, headers={"Cookie": f"{COOKIE}={bearer}"}), "invalid token")
    headers = {"Authorization": f"Bearer {browser.token}"}
    assert_denied(browser.http.get(OOF, headers=headers), "invalid token")
    assert (
        browser.http.get("/v1.0/users/u1@example.com/user-profile-statuses", headers=headers).status_code
        == 401
    )


def test_whose_account_is_gone_is_an_invalid_user(app: FastAPI, http: TestClient):
    stranger = a_stranger(app, http)
    assert_denied(stranger.get("/profile"), "Invalid user")
    for answer in (
        stranger.get("/domains/1/users/1/oof"),
        stranger.put("/domains/1/users/1/oof", state=1),
    ):
        assert_refused(answer, 403, "Access denied: Invalid user")


def test_a_new_password_ends_every_login(browser: Browser, store: Store, people: list[Person]):
    with store.writing() as transaction:
        transaction.accounts.set_password(people[9].id, passwords.hash_password("another one"))
    assert_denied(browser.get("/profile"), "Token has expired")
    assert_denied(browser.put("/domains/1/users/1/oof", state=1), "Token has expired")
    assert_refused(browser.refresh(), 400, "Incomplete login form")


def test_permissions_are_read_at_every_call(browser: Browser, store: Store, people: list[Person]):
    assert browser.get("/domains/1/users/1/oof").status_code == 200
    with store.writing() as transaction:
        transaction.accounts.withdraw(people[9].id, role("DomainAdmin", "1"))
    answer = browser.get("/domains/1/users/1/oof")
    assert_refused(answer, 403, "Access denied: Insufficient permissions for this operation")


# 7.6


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/status", {"message": "API is operational", "database": True, "tasq": False}),
        ("/api/v1/about", {"API": "0.1.0", "backend": "0.1.0", "schema": None}),
    ],
)
def test_some_things_anybody_may_ask(http: TestClient, path: str, body: dict[str, object]):
    answer = http.get(path)
    assert answer.status_code == 200
    assert_kept_by_no_cache(answer)
    assert answer.json() == body


def test_anybody_may_ask_for_the_languages(http: TestClient):
    languages = http.get("/api/v1/defaults/storeLangs").json()["data"]
    assert {"code": "en_US", "name": "English (US)"} in languages
    assert all(set(language) == {"code", "name"} for language in languages)


def test_who_was_deactivated_is_let_in_nowhere(browser: Browser, store: Store, people: list[Person]):
    with store.writing() as transaction:
        deactivate_all(transaction, [people[9].id], by=Author("operator"))
    assert_refused(browser.get("/profile"), 403, "Access denied: Account deactivated")
    assert_refused(browser.get("/domains/1/users/1/oof"), 403, "Access denied: Account deactivated")
    assert_refused(browser.refresh(), 400, "Incomplete login form")
    answer = log_in(browser.http, people[9].email)
    assert (answer.status_code, answer.json()) == (401, {"message": "Login failed", "error": "Access denied"})
