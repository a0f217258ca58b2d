"""Login tokens: what an administrator's browser keeps as a cookie, and the CSRF token that goes with each."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from config import signed
from config.signing_key import KeyRing

#: Marks a login, so that no bearer token passes for one, nor the reverse (RFC 8725 §3.11).
_TYPE: Final = "login+jwt"


@dataclass(frozen=True, slots=True)
class Login:
    """Who logged in: the resource id, and the stamp of the password that it was done with."""

    user_id: str
    stamp: str


class _Claims(signed.Claims):
    """What a login token says."""

    iss: Literal["presently"]
    aud: Literal["presently-login"]
    sub: str
    stamp: str


@dataclass(frozen=True, slots=True)
class LoginTokens:
    """Issues login tokens with the first key of a ring, and reads those of every key in it."""

    ring: KeyRing
    lifetime: timedelta

    def issue(self, login: Login, now: datetime) -> str:
        """Return a token that says `login` from `now` on, for as long as logins last here."""
        claims = _Claims(
            iss="presently",
            aud="presently-login",
            sub=login.user_id,
            stamp=login.stamp,
            exp=int((now + self.lifetime).timestamp()),
        )
        return signed.sign(claims, self.ring, _TYPE)

    def read(self, token: str, now: datetime) -> Login:
        """Return who logged in.

        Raises:
            TokenMalformed: it is no login token of Presently's.
            TokenForged: its signature does not fit.
            TokenExpired: its time is over.
        """
        claims = signed.read(token, self.ring, _TYPE, _Claims, now)
        return Login(claims.sub, claims.stamp)


def csrf_token(token: str) -> str:
    """Return the CSRF token that goes with a login token: grommunio's clients expect just this of it."""
    return b64encode(hashlib.sha3_256(token.encode()).digest()).decode()


def stamp(password_hash: str | None) -> str:
    """Return what is put in a token so that it dies with the password; it says nothing about the password."""
    return hashlib.sha256((password_hash or "").encode()).hexdigest()[:16]
