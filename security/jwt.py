"""Signing and verifying Presently's JSON Web Tokens (RFC 7519)."""

import re
from datetime import datetime
from functools import partial
from typing import Annotated, Final, TypeVar

from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from domain.grants import LEEWAY
from domain.refusals import TokenExpired, TokenForged, TokenMalformed, TokenNotYetValid
from security.signing_keys import KeyRing, find_key

ALGORITHM: Final = "ES256"

#: The errors of the library for malformed tokens: it does not check every form, and deeply nested lists exceed the
#: recursion limit of its parser.
MALFORMED: Final = (JoseError, ValueError, TypeError, LookupError, AttributeError, RecursionError)


def is_text(value: object) -> bool:
    """Check whether `value` is a text that a database or a broker takes: no NUL, no lone surrogate, not too long."""
    return isinstance(value, str) and len(value) <= _LONGEST and _NOT_STORED.search(value) is None


_LONGEST: Final = 1000
_NOT_STORED: Final = re.compile("[\0\ud800-\udfff]")


def _text(value: str) -> str:
    if not is_text(value):
        message = "It must be a text without NUL and lone surrogates."
        raise ValueError(message)
    return value


#: A claim that is looked up or stored. JSON can contain what no store takes.
Text = Annotated[str, AfterValidator(_text)]

#: The id of a row, in the range of both databases.
Number = Annotated[int, Field(ge=0, lt=2**31)]


class Claims(BaseModel):
    """The claims of every token. Times are in seconds since 1970. Presently's own tokens have no `nbf`."""

    model_config = ConfigDict(strict=True, frozen=True)

    exp: int
    nbf: int | None = Field(default=None, exclude=True)
    iat: int | None = Field(default=None, exclude=True)


ClaimsT = TypeVar("ClaimsT", bound=Claims)


def sign(claims: Claims, ring: KeyRing, typ: str) -> str:
    """Sign `claims` with the first key, as a token of the type `typ`."""
    key = ring.current()[0]
    return jwt.encode({"alg": ALGORITHM, "typ": typ, "kid": key.kid}, claims.model_dump(), key)


def verify(token: str, ring: KeyRing, typ: str, model: type[ClaimsT], now: datetime) -> ClaimsT:
    """Verify `token` and return its claims. A token of another type is refused (RFC 8725 §3.11).

    Raises:
        TokenMalformed: it is not a token of this type.
        TokenForged: its signature is invalid.
        TokenExpired: it has expired.
        TokenNotYetValid: its `nbf` or `iat` is in the future.
    """
    try:
        decoded = jwt.decode(token, partial(find_key, ring), algorithms=[ALGORITHM])
        claims = model.model_validate(decoded.claims)
    except BadSignatureError:
        raise TokenForged from None
    except MALFORMED:
        raise TokenMalformed from None
    if decoded.header.get("typ") != typ:
        raise TokenMalformed
    if claims.exp <= now.timestamp():
        raise TokenExpired
    if max(claims.nbf or 0, claims.iat or 0) > (now + LEEWAY).timestamp():
        raise TokenNotYetValid
    return claims
