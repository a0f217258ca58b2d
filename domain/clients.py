"""OAuth clients: programs that request tokens themselves, each with a service account in one domain."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from domain.credentials import Bearer, Scope

#: The lifetimes that an access token can have (NAVER WORKS, "access token lifetime").
LIFETIMES: Final = (timedelta(hours=1), timedelta(hours=24))

#: How long a refresh token can be used (NAVER WORKS).
REFRESH_LIFETIME: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A registered OAuth client. `public_key` (PEM) verifies the assertions of its service account."""

    id: str
    domain_id: int
    name: str
    service_account: str
    scopes: frozenset[Scope]
    public_key: str
    #: SHA-256 of the secret. The secret is long and random, so a slow password hash is not needed.
    secret_digest: str = field(repr=False)
    token_lifetime: timedelta = LIFETIMES[1]
    #: Whether each use of a refresh token replaces it with a new one.
    rotates: bool = True
    #: Whether it may change and remove only those statuses that it booked itself.
    writes_own_only: bool = False
    revoked_at: datetime | None = None

    def bearer(
        self, scopes: frozenset[Scope], user_id: str | None = None, family: str | None = None
    ) -> Bearer:
        """Return the content of the client's tokens: of its service account, or of a person who delegated to it."""
        return Bearer(
            name=self.service_account,
            domain_id=self.domain_id,
            scopes=scopes,
            user_id=user_id,
            client=self.id,
            family=family,
        )


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """An id and a secret, not yet checked."""

    client_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshToken:
    """What a refresh token grants. Tokens that replace one another by rotation form one family."""

    family: str
    client_id: str
    scopes: frozenset[Scope]
    user_id: str | None
    expires_at: datetime


def digest(secret: str) -> str:
    """Return the SHA-256 of a secret, which is stored in its place."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
