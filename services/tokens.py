"""The tokens of OAuth clients: issue them by a grant, and revoke them."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from domain.clients import REFRESH_LIFETIME, Client, RefreshToken, digest
from domain.credentials import Scope
from domain.directory import person_reference
from domain.grants import (
    AssertionGrant,
    ClientCredentialsGrant,
    GrantRequest,
    RefreshTokenGrant,
    check_assertion,
    granted,
)
from domain.refusals import (
    DelegatingUserUnknown,
    NotSignedIn,
    PersonUnknown,
    RefreshTokenInvalid,
    TokenOfAnother,
)
from security import assertions
from security.access_tokens import AccessToken, AccessTokens
from store.store import Store, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a client gets: access for its service account or for `user_id`, and sometimes a refresh token."""

    scopes: frozenset[Scope]
    user_id: str | None = None
    family: str | None = None
    refresh_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """An access token, and sometimes a refresh token."""

    access_token: str = field(repr=False)
    scopes: frozenset[Scope]
    lifetime: timedelta
    refresh_token: str | None = field(default=None, repr=False)


def issue(
    store: Store, access_tokens: AccessTokens, client: Client, request: GrantRequest, now: datetime
) -> Issued:
    """Issue the tokens that the client requests.

    Raises:
        GrantInvalid: the assertion or the refresh token is not valid.
        NoScopeLeft: none of the requested scopes can be granted.
    """
    grant = _grant(store, client, request, now)
    bearer = client.bearer(grant.scopes, grant.user_id, grant.family)
    return Issued(
        access_token=access_tokens.issue(bearer, now, lifetime=client.token_lifetime),
        scopes=grant.scopes,
        lifetime=client.token_lifetime,
        refresh_token=grant.refresh_token,
    )


def revoke(store: Store, access_tokens: AccessTokens, client: Client, token: str, now: datetime) -> None:
    """Revoke an access token or a refresh token of the client; if it is unknown or revoked, change nothing.

    Raises:
        TokenOfAnother: it is a token of another client.
    """
    access_token = _verified(access_tokens, token, now)
    with store.writing() as transaction:
        if access_token is not None:
            _revoke_access_token(transaction, client, access_token)
        else:
            _revoke_refresh_token(transaction, client, token)


def _grant(store: Store, client: Client, request: GrantRequest, now: datetime) -> Grant:
    match request:
        case AssertionGrant():
            return _grant_by_assertion(store, client, request, now)
        case RefreshTokenGrant():
            return _grant_by_refresh_token(store, client, request)
        case ClientCredentialsGrant():
            return Grant(scopes=granted(client.scopes, request.scope))


def _grant_by_assertion(store: Store, client: Client, request: AssertionGrant, now: datetime) -> Grant:
    """Grant access to a service account, or to it on behalf of a delegated user (RFC 7523 §2.1).

    Raises:
        GrantInvalid: the assertion is not valid, or nobody is the delegated user.
        NoScopeLeft: the client has none of the scopes.
    """
    assertion = assertions.read(request.assertion, client)
    check_assertion(assertion, client, now)
    scopes = granted(client.scopes, request.scope)
    with store.writing() as transaction:
        user_id = _user_id(transaction, client, assertion.delegated_user)
        token = RefreshToken(
            family=secrets.token_hex(16),
            client_id=client.id,
            scopes=scopes,
            user_id=user_id,
            expires_at=transaction.now() + REFRESH_LIFETIME,
        )
        secret = _add_refresh_token(transaction, token)
    return Grant(scopes=scopes, user_id=user_id, family=token.family, refresh_token=secret)


def _grant_by_refresh_token(store: Store, client: Client, request: RefreshTokenGrant) -> Grant:
    """Grant again what was granted before, or a part of it (RFC 6749 §6).

    If refresh tokens rotate, a second use means that the token was stolen: its whole family is revoked.

    Raises:
        RefreshTokenInvalid: the refresh token is unknown, of another client, expired, revoked or used.
        NoScopeLeft: none of the scopes was granted before.
    """
    with store.writing() as transaction:
        now = transaction.now()
        token = _valid_refresh_token(transaction, client, request.refresh_token, now)
        scopes = granted(token.scopes, request.scope)
        if not client.rotates:
            return Grant(scopes=scopes, user_id=token.user_id, family=token.family)
        renewed = _rotated(transaction, token, request.refresh_token, now)
    if renewed is None:
        # Raised behind the commit, which revokes the family.
        raise RefreshTokenInvalid
    return Grant(scopes=scopes, user_id=token.user_id, family=token.family, refresh_token=renewed)


def _user_id(transaction: Transaction, client: Client, delegated_user: str | None) -> str | None:
    """Return the resource id of the delegated user, if there is one.

    Raises:
        DelegatingUserUnknown: nobody in the client's domain has this identifier.
    """
    if delegated_user is None:
        return None
    try:
        return transaction.directory.person(client.domain_id, person_reference(delegated_user)).user_id
    except PersonUnknown:
        raise DelegatingUserUnknown from None


def _valid_refresh_token(
    transaction: Transaction, client: Client, secret: str, now: datetime
) -> RefreshToken:
    """Return the refresh token with this secret, used or not, unless it is of another client, expired or revoked.

    Raises:
        RefreshTokenInvalid: there is none.
    """
    token = transaction.clients.refresh_token(digest(secret))
    if token is None or token.client_id != client.id or token.expires_at <= now:
        raise RefreshTokenInvalid
    if transaction.clients.is_void(token.family):
        raise RefreshTokenInvalid
    return token


def _rotated(transaction: Transaction, token: RefreshToken, secret: str, now: datetime) -> str | None:
    """Replace the refresh token, and return the new secret. If it was used before, revoke its family: return None."""
    if not transaction.clients.use_up(digest(secret), now):
        _revoke_family(transaction, token)
        return None
    return _add_refresh_token(transaction, replace(token, expires_at=now + REFRESH_LIFETIME))


def _add_refresh_token(transaction: Transaction, token: RefreshToken) -> str:
    """Store the token under a new secret, and return the secret."""
    secret = secrets.token_urlsafe(32)
    transaction.clients.add_refresh_token(digest(secret), token)
    return secret


def _verified(access_tokens: AccessTokens, token: str, now: datetime) -> AccessToken | None:
    """Return the content of an access token; None if it is no valid one."""
    try:
        return access_tokens.verify(token, now)
    except NotSignedIn:
        return None


def _revoke_access_token(transaction: Transaction, client: Client, token: AccessToken) -> None:
    if token.bearer.client != client.id:
        raise TokenOfAnother
    transaction.clients.revoke_token(token.id, expires_at=token.expires_at)


def _revoke_refresh_token(transaction: Transaction, client: Client, secret: str) -> None:
    """Revoke the whole family: its refresh tokens and its access tokens (RFC 7009 §2.1)."""
    token = transaction.clients.refresh_token(digest(secret))
    if token is None:
        return
    if token.client_id != client.id:
        raise TokenOfAnother
    _revoke_family(transaction, token)


def _revoke_family(transaction: Transaction, token: RefreshToken) -> None:
    transaction.clients.revoke_token(token.family, expires_at=transaction.now() + REFRESH_LIFETIME)
