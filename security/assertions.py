"""Reads the assertion of a service account: a JSON Web Token signed with the private key of its client."""

from typing import Any, Final

from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry
from pydantic import BaseModel, ConfigDict, Field

from domain.clients import Client
from domain.grants import Assertion
from domain.refusals import AssertionForged, AssertionMalformed
from security.jwt import MALFORMED, StorableText

#: The only algorithm of NAVER WORKS. Clients add headers of their own.
_REGISTRY: Final = JWSRegistry(algorithms=["RS256"], strict_check_header=False)


class _Claims(BaseModel):
    """The claims of an assertion. The vendor's samples write times as floats."""

    model_config = ConfigDict(strict=True, frozen=True, allow_inf_nan=False)

    issuer: StorableText = Field(alias="iss")
    subject: StorableText = Field(alias="sub")
    issued_at: float = Field(alias="iat")
    not_before: float | None = Field(alias="nbf", default=None)
    expires_at: float = Field(alias="exp")
    delegated_user: StorableText | None = None


def read(assertion: str, client: Client) -> Assertion:
    """Check the signature of `client` on `assertion`, and return its claims.

    Raises:
        AssertionMalformed: it is not an assertion, or not signed with RS256.
        AssertionForged: another key signed it.
    """
    try:
        decoded = jwt.decode(assertion, RSAKey.import_key(client.public_key), registry=_REGISTRY)
        return Assertion(**_validated(decoded.claims))
    except BadSignatureError:
        raise AssertionForged from None
    except MALFORMED:
        raise AssertionMalformed from None


def _validated(claims: dict[str, Any]) -> dict[str, Any]:
    return _Claims.model_validate(claims).model_dump()
