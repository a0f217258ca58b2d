"""Login tokens, which an administrator's browser keeps as a cookie, and their CSRF tokens."""

import hashlib
from base64 import b64encode
from datetime import datetime, timedelta
from typing import Final, Literal

from domain.credentials import Login
from security import jwt
from security.signing_keys import KeyRing
from security.token_verifier import TokenVerifier

#: The `typ` of login tokens, so that a bearer token is not accepted as one, or the reverse (RFC 8725 §3.11).
_TYPE: Final = "login+jwt"


class _Claims(jwt.Claims):
    """The claims of a login token."""

    iss: Literal["presently"]
    aud: Literal["presently-login"]
    sub: jwt.StorableText
    stamp: jwt.StorableText


class LoginTokens:
    """Signs login tokens with the first key of a ring, and verifies those of every key in it."""

    def __init__(self, ring: KeyRing, lifetime: timedelta) -> None:
        self._ring = ring
        self._lifetime = lifetime
        self._verifier = TokenVerifier(ring, _TYPE, _Claims, _login)

    def issue(self, login: Login, now: datetime) -> str:
        """Issue a token for `login` that is valid from `now` for the lifetime of logins."""
        claims = _Claims(
            iss="presently",
            aud="presently-login",
            sub=login.user_id,
            stamp=login.stamp,
            exp=int((now + self._lifetime).timestamp()),
        )
        return jwt.sign(claims, self._ring.current()[0], _TYPE)

    def verify(self, token: str, now: datetime) -> Login:
        """Verify a token and return its login.

        Raises:
            TokenMalformed: it is not a login token of Presently.
            TokenForged: its signature is invalid.
            TokenExpired: it has expired.
            TokenNotYetValid: it is from the future.
        """
        return self._verifier.verify(token, now)


def _login(claims: _Claims) -> Login:
    return Login(claims.sub, claims.stamp)


def csrf_token(token: str) -> str:
    """Return the CSRF token of a login token, computed exactly as grommunio's clients expect."""
    return b64encode(hashlib.sha3_256(token.encode()).digest()).decode()
