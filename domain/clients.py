"""OAuth clients: programs that get tokens by themselves, each with a service account in one domain."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from domain.caller import Caller, Scope

#: What an access token can live for (NAVER WORKS, "access token lifetime").
LIFETIMES: Final = (timedelta(hours=1), timedelta(hours=24))

#: How long a refresh token can be used (NAVER WORKS).
REFRESH_LIFETIME: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A program that was registered, with the public key (PEM) that its service account's assertions are checked by."""

    id: str
    domain_id: int
    name: str
    service_account: str
    scopes: frozenset[Scope]
    public_key: str
    #: SHA-256 of the secret. It is long and random, so that nothing slower is needed.
    secret_digest: str = field(repr=False)
    token_lifetime: timedelta = LIFETIMES[1]
    #: Whether each use of a refresh token gives a new one in its place.
    rotates: bool = True
    revoked_at: datetime | None = None

    def caller(self, scopes: frozenset[Scope], user_id: str | None = None) -> Caller:
        """Return whom the client's tokens speak for: its service account, or somebody who delegated to it."""
        return Caller(name=self.service_account, domain_id=self.domain_id, scopes=scopes, user_id=user_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshToken:
    """What a refresh token stands for. Those that follow one another by rotation are one family."""

    family: str
    client_id: str
    scopes: frozenset[Scope]
    user_id: str | None
    expires_at: datetime


def digest(secret: str) -> str:
    """Return what is kept of a secret: its SHA-256."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
