"""Tokens of an external issuer: JSON Web Tokens with a claim that names one of our people."""

import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jws import JWSRegistry
from pydantic import BaseModel, ConfigDict

from domain.credentials import Scope
from domain.directory import PersonReference
from domain.grants import LEEWAY
from domain.refusals import CallerUnknown, TokenExpired, TokenForged, TokenMalformed, TokenNotYetValid
from security.jwt import MALFORMED, is_storable_text
from security.remote_key_set import RemoteKeySet

#: The signature algorithms: only those with public keys, so that no public key can serve as a shared secret.
_ALGORITHMS: Final = ("RS256", "PS256", "ES256", "ES384", "Ed25519")

#: The types of access tokens: those of RFC 9068 §2.1, and the plain `jwt` that most issuers still use. Identity tokens
#: have it too; they are refused by their audience, which is the client and not this API.
_TYPES: Final = {"at+jwt", "application/at+jwt", "jwt"}

#: Issuers add headers of their own to those of RFC 7515.
_REGISTRY: Final = JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False)


class _Claims(BaseModel):
    """The claims of every token. A setting names the claim that identifies the person."""

    model_config = ConfigDict(strict=True, frozen=True, extra="allow", allow_inf_nan=False)

    iss: str
    aud: str | list[str]
    exp: float
    nbf: float | None = None
    scope: str = ""
    email_verified: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalToken:
    """A verified token of the issuer: the person it names, and its scopes and client."""

    domain_id: int
    person: PersonReference
    scopes: frozenset[Scope]
    client: str | None


class ExternalIssuer:
    """The external issuer whose tokens this deployment accepts, for the people of one domain."""

    def __init__(self, url: str, *, audience: str, person_claim: str, domain_id: int) -> None:
        self._url = url
        self._audience = audience
        self._person_claim = person_claim
        self._domain_id = domain_id
        self._keys = RemoteKeySet(url)

    def is_named_in(self, token: str) -> bool:
        """Return whether `token` claims to be this issuer's. The signature is not checked."""
        return bool(_decode(token, 1).get("iss") == self._url)

    async def verify(self, token: str, now: datetime) -> ExternalToken:
        """Verify `token` and return its content. Whether the person exists is not checked.

        Raises:
            TokenMalformed: it is not an access token for this API.
            TokenForged: no key of the issuer matches its signature.
            TokenExpired: it has expired.
            TokenNotYetValid: its `nbf` is in the future.
            CallerUnknown: the claim for the person is missing, unusable, or an address that is not verified.
            IssuerUnreachable: the keys of the issuer cannot be fetched.
        """
        claims = await self._claims(token, now)
        known = set(Scope)
        return ExternalToken(
            domain_id=self._domain_id,
            person=self._person(claims),
            scopes=frozenset(Scope(scope) for scope in claims.scope.split() if scope in known),
            client=_client(claims),
        )

    async def _claims(self, token: str, now: datetime) -> _Claims:
        try:
            key = await self._keys.find(_key_id(token))
            decoded = jwt.decode(token, key, registry=_REGISTRY)
            claims = _Claims.model_validate(decoded.claims)
        except BadSignatureError:
            raise TokenForged from None
        except MALFORMED:
            raise TokenMalformed from None
        audiences = [claims.aud] if isinstance(claims.aud, str) else claims.aud
        typ = str(decoded.header.get("typ")).lower()
        if typ not in _TYPES or claims.iss != self._url or self._audience not in audiences:
            raise TokenMalformed
        if claims.exp <= now.timestamp():
            raise TokenExpired
        if (claims.nbf or 0) > (now + LEEWAY).timestamp():
            raise TokenNotYetValid
        return claims

    def _person(self, claims: _Claims) -> PersonReference:
        """Return the reference to the person: a mail address if the claim contains an `@`, else an external key."""
        name = (claims.model_extra or {}).get(self._person_claim)
        is_unverified = self._person_claim == "email" and claims.email_verified is False
        if not isinstance(name, str) or not is_storable_text(name) or not name.isprintable() or is_unverified:
            raise CallerUnknown
        return PersonReference(email=name.lower()) if "@" in name else PersonReference(external_key=name)


def _client(claims: _Claims) -> str | None:
    """Return the client of the token (RFC 9068 §2.2, OpenID Connect Core §2), prefixed so that it is none of ours."""
    extra = claims.model_extra or {}
    client = extra.get("client_id") or extra.get("azp")
    return f"{claims.iss} {client}" if is_storable_text(client) else None


def _key_id(token: str) -> str | None:
    kid = _decode(token, 0).get("kid")
    return kid if isinstance(kid, str) else None


def _decode(token: str, part: int) -> dict[str, Any]:
    """Decode the header (0) or the claims (1) of a token, without checking the signature."""
    try:
        encoded = token.split(".")[part]
        decoded = json.loads(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except (ValueError, IndexError, RecursionError):
        return {}
    return decoded if isinstance(decoded, dict) else {}
