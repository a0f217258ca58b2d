"""Login tokens: read back, refused, distinct from other tokens, and each with its CSRF token."""

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from domain.credentials import Bearer, Login, Scope, stamp
from domain.refusals import Refusal, TokenExpired, TokenForged, TokenMalformed
from security.access_tokens import AccessTokens
from security.login_tokens import LoginTokens, csrf_token
from security.signing_keys import StaticKeyRing
from tests.builders import INSTANT, NINE

KEY = ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True)
LIFETIME = timedelta(days=7)
TOKENS = LoginTokens(StaticKeyRing((KEY,)), LIFETIME)
LOGIN = Login("user1", "stamp")
CLAIMS = {
    "iss": "presently",
    "aud": "presently-login",
    "sub": "user1",
    "stamp": "stamp",
    "exp": 4_000_000_000,
}


def signed(claims: dict[str, Any], *, typ: str = "login+jwt", key: ECKey = KEY) -> str:
    return jwt.encode({"alg": "ES256", "typ": typ}, claims, key)


def test_a_token_says_who_logged_in():
    assert TOKENS.verify(TOKENS.issue(LOGIN, NINE), NINE) == LOGIN


def test_a_login_outlives_a_new_key_and_ends_with_the_old_one():
    new = ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True)
    token = TOKENS.issue(LOGIN, NINE)
    assert LoginTokens(StaticKeyRing((new, KEY)), LIFETIME).verify(token, NINE) == LOGIN
    with pytest.raises(TokenForged):
        LoginTokens(StaticKeyRing((new,)), LIFETIME).verify(token, NINE)


@pytest.mark.parametrize(("at", "is_read"), [(NINE + LIFETIME - INSTANT, True), (NINE + LIFETIME, False)])
def test_a_login_lasts_seven_days(at: datetime, is_read: bool):
    token = TOKENS.issue(LOGIN, NINE)
    if is_read:
        assert TOKENS.verify(token, at) == LOGIN
    else:
        with pytest.raises(TokenExpired):
            TOKENS.verify(token, at)


@pytest.mark.parametrize(
    ("token", "refusal"),
    [
        ("", TokenMalformed),
        ("no token", TokenMalformed),
        ("a.b.c", TokenMalformed),
        (signed(CLAIMS, typ="at+jwt"), TokenMalformed),
        (signed(CLAIMS, typ="JWT"), TokenMalformed),
        (signed({**CLAIMS, "aud": "presently"}), TokenMalformed),
        (signed({**CLAIMS, "iss": "somebody"}), TokenMalformed),
        (signed({**CLAIMS, "exp": "never"}), TokenMalformed),
        (signed({key: value for key, value in CLAIMS.items() if key != "stamp"}), TokenMalformed),
        (signed(CLAIMS, key=ECKey.generate_key("P-256")), TokenForged),
    ],
)
def test_what_is_no_login_token_is_refused(token: str, refusal: type[Refusal]):
    with pytest.raises(refusal):
        TOKENS.verify(token, NINE)


def test_without_a_signature_nothing_is_read():
    header = base64.urlsafe_b64encode(b'{"alg":"none","typ":"login+jwt"}').rstrip(b"=").decode()
    payload = signed(CLAIMS).split(".")[1]
    with pytest.raises((TokenForged, TokenMalformed)):
        TOKENS.verify(f"{header}.{payload}.", NINE)


def test_a_bearer_token_is_no_login_token_and_the_reverse():
    bearer = AccessTokens(StaticKeyRing((KEY,)))
    caller = Bearer(name="u1@example.com", domain_id=1, scopes=frozenset(Scope), user_id="user1")
    now = NINE
    with pytest.raises(TokenMalformed):
        TOKENS.verify(bearer.issue(caller, now, lifetime=LIFETIME), now)
    with pytest.raises(TokenMalformed):
        bearer.verify(TOKENS.issue(LOGIN, now), now)


def test_a_token_fits_into_a_cookie():
    token = TOKENS.issue(LOGIN, NINE)
    assert token.isascii()
    assert not set(token) & set(' ",;\\')


def test_the_csrf_token_is_base64_of_sha3_256_of_the_token():
    assert csrf_token("token") == base64.b64encode(hashlib.sha3_256(b"token").digest()).decode()
    assert len(csrf_token("token")) == 44
    assert csrf_token("token") != csrf_token("token2")


def test_the_stamp_changes_with_the_password_and_is_none_of_it():
    assert stamp("hash one") != stamp("hash two")
    assert "hash" not in stamp("hash one")
    assert stamp(None) != stamp("hash one")
