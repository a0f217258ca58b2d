"""Signing and verifying Presently's JSON Web Tokens (RFC 7519)."""

import re
from datetime import datetime
from functools import partial
from typing import Annotated, Final, TypeVar

from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from config.signing_key import KeyRing, fitting
from domain.grants import LEEWAY
from domain.refusals import TokenExpired, TokenForged, TokenMalformed, TokenNotYetValid

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
    """The claims of every token, times in seconds since 1970. Presently's own tokens have no `nbf`."""

    model_config = ConfigDict(strict=True, frozen=True)

    exp: int
    nbf: int | None = Field(default=None, exclude=True)
    iat: int | None = Field(default=None, exclude=True)


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
        TokenNotYetValid: its `nbf` or `iat` is in the future.
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
    if max(said.nbf or 0, said.iat or 0) > (now + LEEWAY).timestamp():
        raise TokenNotYetValid
    return said
