"""Bearer tokens: JSON Web Tokens (RFC 7519) that Presently signs, and reads back."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import ECKey

from domain.caller import Caller, Scope
from domain.refusals import TokenExpired, TokenForged, TokenMalformed

_ALGORITHM: Final = "ES256"
_ISSUER: Final = "presently"
#: "at+jwt" marks an access token, so that no other JWT signed with the key passes for one (RFC 9068 §2.1).
_TYPE: Final = "at+jwt"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Issues and reads tokens with one key."""

    key: ECKey

    def issue(self, caller: Caller, now: datetime, *, lifetime: timedelta) -> str:
        """Return a token that speaks for `caller` from `now` on."""
        claims = {
            "iss": _ISSUER,
            "aud": _ISSUER,
            "sub": caller.user_id or caller.name,
            "name": caller.name,
            "person": caller.user_id,
            "domain": caller.domain_id,
            "scope": " ".join(sorted(caller.scopes)),
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
            "jti": secrets.token_hex(8),
        }
        return jwt.encode({"alg": _ALGORITHM, "typ": _TYPE, "kid": self.key.kid}, claims, self.key)

    def read(self, token: str, now: datetime) -> Caller:
        """Return whom `token` speaks for.

        Raises:
            TokenMalformed: it is no token of Presently's.
            TokenForged: its signature does not fit.
            TokenExpired: its time is over.
        """
        try:
            decoded = jwt.decode(token, self.key, algorithms=[_ALGORITHM])
        except BadSignatureError:
            raise TokenForged from None
        except (JoseError, ValueError):
            raise TokenMalformed from None
        claims = decoded.claims
        if decoded.header.get("typ") != _TYPE or claims.get("iss") != _ISSUER or claims.get("aud") != _ISSUER:
            raise TokenMalformed
        if claims["exp"] <= now.timestamp():
            raise TokenExpired
        return _caller(claims)


def _caller(claims: dict[str, Any]) -> Caller:
    return Caller(
        name=claims["name"],
        domain_id=claims["domain"],
        scopes=frozenset(Scope(scope) for scope in claims["scope"].split() if scope in set(Scope)),
        user_id=claims["person"],
    )
