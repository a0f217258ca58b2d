"""Bearer tokens: JSON Web Tokens (RFC 7519) that Presently signs and verifies."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from joserfc.jwk import KeySet, KeySetSerialization

from domain.credentials import Bearer, Scope
from domain.refusals import TokenMalformed
from security import jwt
from security.signing_keys import KeyRing
from security.token_verifier import TokenVerifier

#: The `typ` of access tokens, so that no other JWT signed with the key is accepted as one (RFC 9068 §2.1).
_TYPE: Final = "at+jwt"


class _Claims(jwt.Claims):
    """The claims of a token. `sub` is the person's resource id, or the name of a service."""

    iss: Literal["presently"]
    aud: Literal["presently"]
    sub: jwt.StorableText
    name: jwt.StorableText
    person: jwt.StorableText | None
    domain: jwt.RowId
    scope: str
    iat: int
    jti: jwt.StorableText
    client_id: jwt.StorableText | None = None
    family: jwt.StorableText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """A verified token: its content, and when it expires."""

    id: str
    bearer: Bearer
    expires_at: datetime


class AccessTokens:
    """Signs tokens with the first key of a ring, and verifies those of every key in it."""

    def __init__(self, ring: KeyRing) -> None:
        self.ring = ring
        self._verifier = TokenVerifier(ring, _TYPE, _Claims, _access_token)

    def issue(self, bearer: Bearer, now: datetime, *, lifetime: timedelta) -> str:
        """Issue a token with this content, and an id of its own, that is valid from `now` for `lifetime`."""
        claims = _Claims(
            iss="presently",
            aud="presently",
            sub=bearer.user_id or bearer.name,
            name=bearer.name,
            person=bearer.user_id,
            domain=bearer.domain_id,
            scope=" ".join(sorted(bearer.scopes)),
            iat=int(now.timestamp()),
            exp=int((now + lifetime).timestamp()),
            jti=secrets.token_hex(8),
            client_id=bearer.client,
            family=bearer.family,
        )
        return jwt.sign(claims, self.ring.current()[0], _TYPE)

    def public_keys(self) -> KeySetSerialization:
        """Return the public keys for verifying tokens, as a JWK set (RFC 7517 §5)."""
        return KeySet(list(self.ring.current())).as_dict(private=False, alg=jwt.ALGORITHM, use="sig")

    def verify(self, token: str, now: datetime) -> AccessToken:
        """Verify `token` and return its content.

        Raises:
            TokenMalformed: it is not a bearer token of Presently.
            TokenForged: its signature is invalid.
            TokenExpired: it has expired.
            TokenNotYetValid: it is from the future.
        """
        return self._verifier.verify(token, now)


def _access_token(claims: _Claims) -> AccessToken:
    known = set(Scope)
    bearer = Bearer(
        name=claims.name,
        domain_id=claims.domain,
        scopes=frozenset(Scope(scope) for scope in claims.scope.split() if scope in known),
        user_id=claims.person,
        client=claims.client_id,
        token_id=claims.jti,
        family=claims.family,
    )
    try:
        expires_at = datetime.fromtimestamp(claims.exp, UTC)
    except (ValueError, OverflowError, OSError):
        raise TokenMalformed from None
    return AccessToken(id=claims.jti, bearer=bearer, expires_at=expires_at)
