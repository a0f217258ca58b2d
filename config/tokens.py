"""Bearer tokens: JSON Web Tokens (RFC 7519) that Presently signs, and reads back."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import ECKey
from pydantic import BaseModel, ConfigDict, ValidationError

from domain.caller import Caller, Scope
from domain.refusals import TokenExpired, TokenForged, TokenMalformed

_ALGORITHM: Final = "ES256"
#: Marks an access token, so that no other JWT signed with the key passes for one (RFC 9068 §2.1).
_TYPE: Final = "at+jwt"


class _Claims(BaseModel):
    """What a token says. `sub` is the person's resource id, or the name of a service."""

    model_config = ConfigDict(strict=True, frozen=True)

    iss: Literal["presently"] = "presently"
    aud: Literal["presently"] = "presently"
    sub: str
    name: str
    person: str | None
    domain: int
    scope: str
    iat: int
    exp: int
    jti: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """Issues and reads tokens with one key."""

    key: ECKey

    def issue(self, caller: Caller, now: datetime, *, lifetime: timedelta) -> str:
        """Return a token that speaks for `caller` from `now` on."""
        claims = _Claims(
            sub=caller.user_id or caller.name,
            name=caller.name,
            person=caller.user_id,
            domain=caller.domain_id,
            scope=" ".join(sorted(caller.scopes)),
            iat=int(now.timestamp()),
            exp=int((now + lifetime).timestamp()),
            jti=secrets.token_hex(8),
        )
        return jwt.encode(
            {"alg": _ALGORITHM, "typ": _TYPE, "kid": self.key.kid}, claims.model_dump(), self.key
        )

    def read(self, token: str, now: datetime) -> Caller:
        """Return whom `token` speaks for.

        Raises:
            TokenMalformed: it is no token of Presently's.
            TokenForged: its signature does not fit.
            TokenExpired: its time is over.
        """
        try:
            decoded = jwt.decode(token, self.key, algorithms=[_ALGORITHM])
            claims = _Claims.model_validate(decoded.claims)
        except BadSignatureError:
            raise TokenForged from None
        except (JoseError, ValidationError, ValueError):
            raise TokenMalformed from None
        if decoded.header.get("typ") != _TYPE or not {"iss", "aud"} <= claims.model_fields_set:
            raise TokenMalformed
        if claims.exp <= now.timestamp():
            raise TokenExpired
        return _caller(claims)


def _caller(claims: _Claims) -> Caller:
    known = set(Scope)
    return Caller(
        name=claims.name,
        domain_id=claims.domain,
        scopes=frozenset(Scope(scope) for scope in claims.scope.split() if scope in known),
        user_id=claims.person,
    )
