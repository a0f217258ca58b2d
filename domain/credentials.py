"""What a caller shows: verified by its signature, but not yet compared with what the store knows of the caller now."""

import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What a token permits (NAVER WORKS, "scopes"); a write scope includes the read scope."""

    USER = "user"  #: read everybody in the domain, write one's own statuses; a service may write everybody's
    USER_READ = "user.read"  #: read everybody in the domain
    DIRECTORY = "directory"  #: read and write everybody in the domain
    DIRECTORY_READ = "directory.read"  #: read everybody in the domain


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """The content of an access token: of a person (`user_id` is the resource id), or of a service without `user_id`."""

    name: str
    domain_id: int
    scopes: frozenset[Scope]
    user_id: str | None = None
    #: The id of the OAuth client that the token was issued to; none for the tokens of `./presently token`.
    client: str | None = None
    #: The ids by which the token can be revoked: its own, and that of the refresh tokens it was issued with. Tokens of
    #: an external issuer have none.
    token_id: str | None = None
    family: str | None = None

    @property
    def counted_as(self) -> str:
        """Return the key of the rate limit: the client, else the person, else the service."""
        return self.client or self.user_id or self.name


@dataclass(frozen=True, slots=True)
class Login:
    """The content of an administrator's cookie: the person's resource id, and the stamp of the password."""

    user_id: str
    stamp: str

    def is_with(self, password_hash: str | None) -> bool:
        """Check whether the password is still the one of the login."""
        return hmac.compare_digest(self.stamp, stamp(password_hash))


def stamp(password_hash: str | None) -> str:
    """Return a stamp of the password hash. A login with it becomes invalid when the password changes."""
    return hashlib.sha256((password_hash or "").encode()).hexdigest()[:16]


Credential = Bearer | Login


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the credential they have shown, and the id of the request."""

    credential: Credential
    request_id: str | None = None
