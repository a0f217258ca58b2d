"""Signing and verifying Presently's JSON Web Tokens (RFC 7519)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Final, Self, TypeVar

from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import ECKey, GuestProtocol
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from domain.grants import LEEWAY
from domain.refusals import TokenExpired, TokenForged, TokenMalformed, TokenNotYetValid

ALGORITHM: Final = "ES256"

# docs/workarounds.md#joserfc-errors
#: The errors of the library for malformed tokens: it does not check every form, and deeply nested lists exceed the
#: recursion limit of its parser.
MALFORMED: Final = (JoseError, ValueError, TypeError, LookupError, AttributeError, RecursionError)


def is_storable_text(value: object) -> bool:
    """Check whether `value` is a text that a database or a broker takes: no NUL, no lone surrogate, not too long."""
    return isinstance(value, str) and len(value) <= _MAX_CHARACTERS and _NOT_STORABLE.search(value) is None


_MAX_CHARACTERS: Final = 1000
_NOT_STORABLE: Final = re.compile("[\0\ud800-\udfff]")


def _storable_text(value: str) -> str:
    if not is_storable_text(value):
        message = "It must be a text without NUL and lone surrogates."
        raise ValueError(message)
    return value


#: A claim that is looked up or stored. JSON can contain what no store takes.
StorableText = Annotated[str, AfterValidator(_storable_text)]

#: The id of a row, in the range of both databases.
RowId = Annotated[int, Field(ge=0, lt=2**31)]


class Claims(BaseModel):
    """The claims of every token. Times are in seconds since 1970. Presently's own tokens have no `nbf`."""

    model_config = ConfigDict(strict=True, frozen=True)

    exp: int
    nbf: int | None = Field(default=None, exclude=True)
    iat: int | None = Field(default=None, exclude=True)


@dataclass(frozen=True, slots=True)
class ValidityPeriod:
    """When a token is valid, in seconds since 1970."""

    not_before: int
    expires: int

    @classmethod
    def of(cls, claims: Claims) -> Self:
        """Return the period that the claims give."""
        return cls(max(claims.nbf or 0, claims.iat or 0), claims.exp)

    def check(self, now: datetime) -> None:
        """Raise `TokenExpired` or `TokenNotYetValid` unless `now` is in this period."""
        if self.expires <= now.timestamp():
            raise TokenExpired
        if self.not_before > (now + LEEWAY).timestamp():
            raise TokenNotYetValid


ClaimsT = TypeVar("ClaimsT", bound=Claims)


def sign(claims: Claims, key: ECKey, typ: str) -> str:
    """Sign `claims` as a token of the type `typ`."""
    return jwt.encode({"alg": ALGORITHM, "typ": typ, "kid": key.kid}, claims.model_dump(), key)


def verify(token: str, keys: Sequence[ECKey], typ: str, model: type[ClaimsT]) -> ClaimsT:
    """Verify the signature and the form of `token`, and return its claims. The validity period is not checked.

    A token of another type is refused (RFC 8725 §3.11).

    Raises:
        TokenMalformed: it is not a token of this type.
        TokenForged: its signature is invalid.
    """
    try:
        decoded = jwt.decode(token, partial(_find_key, keys), algorithms=[ALGORITHM])
        claims = model.model_validate(decoded.claims)
    except BadSignatureError:
        raise TokenForged from None
    except MALFORMED:
        raise TokenMalformed from None
    if decoded.header.get("typ") != typ:
        raise TokenMalformed
    return claims


def _find_key(keys: Sequence[ECKey], token: GuestProtocol) -> ECKey:
    """Return the key that `token` names. If there is none, return the first, which fails to verify it."""
    kid = token.headers().get("kid")
    return next((key for key in keys if key.kid == kid), keys[0])
