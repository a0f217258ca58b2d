"""Signing and verifying Presently's JSON Web Tokens (RFC 7519)."""

from datetime import datetime
from functools import partial
from typing import Final, TypeVar

from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError
from pydantic import BaseModel, ConfigDict

from config.signing_key import KeyRing, fitting
from domain.refusals import TokenExpired, TokenForged, TokenMalformed

ALGORITHM: Final = "ES256"

#: The errors of the library for malformed tokens: it does not check every form, and deeply nested lists exceed the
#: recursion limit of its parser.
MALFORMED: Final = (JoseError, ValueError, TypeError, LookupError, AttributeError, RecursionError)


class Claims(BaseModel):
    """The claims of every token; `exp` is the expiry in seconds since 1970."""

    model_config = ConfigDict(strict=True, frozen=True)

    exp: int


Said = TypeVar("Said", bound=Claims)


def sign(claims: Claims, ring: KeyRing, kind: str) -> str:
    """Sign `claims` with the first key, as a token of this kind (its `typ`)."""
    key = ring.current()[0]
    return jwt.encode({"alg": ALGORITHM, "typ": kind, "kid": key.kid}, claims.model_dump(), key)


def read(token: str, ring: KeyRing, kind: str, claims: type[Said], now: datetime) -> Said:
    """Verify `token` and return its claims. A token of another kind is refused (RFC 8725 §3.11).

    Raises:
        TokenMalformed: it is not a token of this kind.
        TokenForged: its signature is invalid.
        TokenExpired: it has expired.
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
