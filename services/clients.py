"""OAuth clients: authenticate, register and revoke them."""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from domain.clients import LIFETIMES, Client, ClientCredentials, digest
from domain.credentials import Caller, Scope
from domain.directory import Domain
from domain.refusals import ClientUnknown
from services import admission
from store.store import Store

#: Compared with if there is no such client, so that this takes as long. No secret has this digest.
_DIGEST_OF_NO_SECRET: Final = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The options of a new client."""

    name: str
    scopes: frozenset[Scope]
    public_key: str
    rotates: bool = True
    writes_own_only: bool = False
    token_lifetime: timedelta = LIFETIMES[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClient:
    """A new client, and its secret, of which the store gets only a digest."""

    client: Client
    secret: str = field(repr=False)


def authenticate(store: Store, credentials: ClientCredentials) -> Client:
    """Return the client with these credentials.

    Raises:
        ClientUnknown: there is none, or it was revoked.
    """
    with store.reading() as transaction:
        client = transaction.clients.find(credentials.client_id)
    expected = client.secret_digest if client else _DIGEST_OF_NO_SECRET
    is_right = hmac.compare_digest(digest(credentials.secret), expected)
    if client is None or not is_right or client.revoked_at is not None:
        raise ClientUnknown
    return client


def new_client(domain: Domain, choices: Choices) -> NewClient:
    """Make a client of `domain`, with a new secret and a new service account in the form of NAVER WORKS."""
    secret = secrets.token_urlsafe(32)
    client = Client(
        id=secrets.token_hex(10),
        domain_id=domain.id,
        name=choices.name,
        service_account=f"{secrets.token_hex(4)}.serviceaccount@{domain.name}",
        scopes=choices.scopes,
        public_key=choices.public_key,
        secret_digest=digest(secret),
        token_lifetime=choices.token_lifetime,
        rotates=choices.rotates,
        writes_own_only=choices.writes_own_only,
    )
    return NewClient(client=client, secret=secret)


def register(store: Store, client: Client) -> None:
    """Register a new client."""
    with store.writing() as transaction:
        transaction.clients.add(client)


def listed(store: Store) -> Sequence[Client]:
    """Return all clients, by domain and name."""
    with store.reading() as transaction:
        return transaction.clients.listed()


def of_domain(store: Store, caller: Caller, domain_id: int) -> Sequence[Client]:
    """Return the clients of the caller's domain, by name.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not read the directory.
        DomainUnknown: it is not the caller's domain.
    """
    with store.reading() as transaction:
        admission.principal(transaction, caller.credential).check_may_read_definitions(domain_id)
        return transaction.clients.listed(domain_id)


def is_registered(store: Store, client_id: str) -> bool:
    """Return whether there is a client with this id, even if it is revoked."""
    with store.reading() as transaction:
        return transaction.clients.find(client_id) is not None


def revoke(store: Store, client_id: str) -> None:
    """Revoke a client with all its tokens.

    Raises:
        ClientUnknown: there is none, or it was revoked before.
    """
    with store.writing() as transaction:
        if not transaction.clients.revoke(client_id, transaction.now()):
            raise ClientUnknown
