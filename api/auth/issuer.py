"""Tokens of an outside issuer: JSON Web Tokens with a claim that names one of our people."""

import json
from base64 import urlsafe_b64decode
from datetime import datetime
from typing import Any, Final

import structlog
from fastapi.concurrency import run_in_threadpool
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jws import JWSRegistry
from pydantic import BaseModel, ConfigDict

from api.auth.published_keys import ALGORITHMS, PublishedKeys
from config.settings import Settings
from domain.caller import Caller, Scope
from domain.directory import Person, PersonReference
from domain.grants import LEEWAY
from domain.refusals import (
    CallerUnknown,
    PersonUnknown,
    TokenExpired,
    TokenForged,
    TokenMalformed,
    TokenNotYetValid,
)
from security.jwt import MALFORMED, is_text
from store.store import Store

_log: Final = structlog.get_logger("presently.issuer")

#: The types of access tokens: those of RFC 9068 §2.1, and the plain `jwt` that most issuers still use. Identity tokens
#: have it too; they are refused by their audience, which is the client and not this API.
_TYPES: Final = {"at+jwt", "application/at+jwt", "jwt"}

#: Issuers add headers of their own to those of RFC 7515.
_REGISTRY: Final = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)


class _Claims(BaseModel):
    """The claims of every token. A setting names the claim that identifies the person."""

    model_config = ConfigDict(strict=True, frozen=True, extra="allow", allow_inf_nan=False)

    iss: str
    aud: str | list[str]
    exp: float
    nbf: float | None = None
    scope: str = ""
    email_verified: bool | None = None


class Issuer:
    """The outside issuer whose tokens this deployment accepts."""

    def __init__(self, url: str, *, audience: str, person_claim: str, domain_id: int) -> None:
        self._url = url
        self._audience = audience
        self._person_claim = person_claim
        self._domain_id = domain_id
        self._keys = PublishedKeys(url)

    def is_named_in(self, token: str) -> bool:
        """Return whether `token` claims to be this issuer's. The signature is not checked."""
        return bool(_claimed_issuer(token) == self._url)

    async def caller(self, token: str, now: datetime, store: Store) -> Caller:
        """Check `token`, and return its caller.

        Raises:
            TokenMalformed: it is not an access token for this API.
            TokenForged: no key of the issuer matches its signature.
            TokenExpired: it has expired.
            TokenNotYetValid: its `nbf` is in the future.
            CallerUnknown: there is no person as its claim names.
            IssuerUnreachable: the keys of the issuer cannot be fetched.
        """
        claims = await self._read(token, now)
        person = await run_in_threadpool(self._person, claims, store)
        known = set(Scope)
        return Caller(
            name=person.email,
            domain_id=person.domain.id,
            scopes=frozenset(Scope(scope) for scope in claims.scope.split() if scope in known),
            user_id=person.user_id,
            client=_client(claims),
        )

    async def _read(self, token: str, now: datetime) -> _Claims:
        try:
            key = await self._keys.find(_key_id(token))
            decoded = jwt.decode(token, key, registry=_REGISTRY)
            claims = _Claims.model_validate(decoded.claims)
        except BadSignatureError:
            raise TokenForged from None
        except MALFORMED:
            raise TokenMalformed from None
        audiences = [claims.aud] if isinstance(claims.aud, str) else claims.aud
        of_type = str(decoded.header.get("typ")).lower()
        if of_type not in _TYPES or claims.iss != self._url or self._audience not in audiences:
            raise TokenMalformed
        if claims.exp <= now.timestamp():
            raise TokenExpired
        if (claims.nbf or 0) > (now + LEEWAY).timestamp():
            raise TokenNotYetValid
        return claims

    def _person(self, claims: _Claims, store: Store) -> Person:
        """Find the person: by mail address if the claim contains an `@`, else by external key."""
        named = (claims.model_extra or {}).get(self._person_claim)
        is_unsure = self._person_claim == "email" and claims.email_verified is False
        if not isinstance(named, str) or not is_text(named) or not named.isprintable() or is_unsure:
            raise CallerUnknown
        reference = (
            PersonReference(email=named.lower()) if "@" in named else PersonReference(external_key=named)
        )
        try:
            with store.reading() as transaction:
                return transaction.directory.person(self._domain_id, reference)
        except PersonUnknown:
            raise CallerUnknown from None


def _client(claims: _Claims) -> str | None:
    """Return the client of the token (RFC 9068 §2.2, OpenID Connect Core §2), prefixed so that it is none of ours."""
    said = claims.model_extra or {}
    client = said.get("client_id") or said.get("azp")
    return f"{claims.iss} {client}" if is_text(client) else None


def of_settings(settings: Settings) -> Issuer | None:
    """Build the issuer from the settings; return None if none is set."""
    if settings.issuer is None or settings.audience is None:
        return None
    return Issuer(
        settings.issuer,
        audience=settings.audience,
        person_claim=settings.person_claim,
        domain_id=settings.domain,
    )


def _claimed_issuer(token: str) -> Any:
    """Return the issuer that a token claims, without checking the signature."""
    return _part(token, 1).get("iss")


def _key_id(token: str) -> str | None:
    named = _part(token, 0).get("kid")
    return named if isinstance(named, str) else None


def _part(token: str, number: int) -> dict[str, Any]:
    try:
        encoded = token.split(".")[number]
        part = json.loads(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except (ValueError, IndexError, RecursionError):
        return {}
    return part if isinstance(part, dict) else {}
