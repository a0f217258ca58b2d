"""Claims that Presently signs as JSON Web Tokens (RFC 7519), and reads back."""

from datetime import datetime
from functools import partial
from typing import Final, TypeVar

from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError
from pydantic import BaseModel, ConfigDict

from config.signing_key import KeyRing, fitting
from domain.refusals import TokenExpired, TokenForged, TokenMalformed

ALGORITHM: Final = "ES256"

#: What reading raises where a text only looks like a token: the library takes some of its form for granted, and a list
#: in a list in a list is too deep for its parser.
MALFORMED: Final = (JoseError, ValueError, TypeError, LookupError, AttributeError, RecursionError)


class Claims(BaseModel):
    """What every token says: until when it is good, in seconds since 1970."""

    model_config = ConfigDict(strict=True, frozen=True)

    exp: int


Said = TypeVar("Said", bound=Claims)


def sign(claims: Claims, ring: KeyRing, kind: str) -> str:
    """Return a token of this kind (its `typ`) that says `claims`, signed with the first key."""
    key = ring.current()[0]
    return jwt.encode({"alg": ALGORITHM, "typ": kind, "kid": key.kid}, claims.model_dump(), key)


def read(token: str, ring: KeyRing, kind: str, claims: type[Said], now: datetime) -> Said:
    """Return what `token` says; one of another kind (RFC 8725 §3.11) says nothing.

    Raises:
        TokenMalformed: it is no token of this kind.
        TokenForged: its signature does not fit.
        TokenExpired: its time is over.
    """
    try:
        decoded = jwt.decode(token, partial(fitting, ring), algorithms=[ALGORITHM])
        said = claims.model_validate(decoded.claims)
    except BadSignatureError:
        raise TokenForged from None
    except MALFORMED:
        raise TokenMalformed from None
    if decoded.header.get("typ") != kind:
        raise TokenMalformed
    if said.exp <= now.timestamp():
        raise TokenExpired
    return said
