"""The OAuth 2.0 grants: what each checks, and what it grants."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import unquote

from api.oauth.form import Form
from api.oauth.refusals import GrantTypeUnknown
from domain.clients import REFRESH_LIFETIME, Client, RefreshToken, digest
from domain.credentials import Scope
from domain.directory import person_reference
from domain.grants import check_assertion, granted
from domain.refusals import (
    DelegatingUserUnknown,
    PersonUnknown,
    RefreshTokenInvalid,
)
from security import assertions
from store.clients import new_family, new_secret
from store.store import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a client gets: access for its service account or for `user_id`, and sometimes a refresh token."""

    scopes: frozenset[Scope]
    user_id: str | None = None
    family: str | None = None
    refresh_token: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The refresh token was used twice. This is returned, not raised, so that the revocation is committed."""


GrantType = Callable[[Transaction, Client, Form, datetime], Grant | Refused]


def grant_type(form: Form) -> GrantType:
    """Return the grant that the form names. One of the vendor's samples encodes the name twice.

    Raises:
        ValueMissing: the form names no grant.
        GrantTypeUnknown: there is no such grant.
    """
    named = unquote(form.required("grant_type"))
    if named not in GRANT_TYPES:
        raise GrantTypeUnknown
    return GRANT_TYPES[named]


def by_assertion(transaction: Transaction, client: Client, form: Form, now: datetime) -> Grant:
    """Grant access to a service account, or to it on behalf of a delegated user (RFC 7523 §2.1).

    Raises:
        GrantInvalid: the assertion is not valid.
        NoScopeLeft: the client has none of the scopes.
    """
    assertion = assertions.read(form.required("assertion"), client)
    check_assertion(assertion, client, now)
    scopes = granted(client.scopes, form.get("scope") or "")
    user_id = _user_id(transaction, client, assertion.delegated_user)
    family = new_family()
    return Grant(
        scopes=scopes,
        user_id=user_id,
        family=family,
        refresh_token=_new_refresh_token(transaction, client, family, scopes, user_id),
    )


def by_credentials(_transaction: Transaction, client: Client, form: Form, _now: datetime) -> Grant:
    """Grant access to the client itself (RFC 6749 §4.4), without a refresh token: it can request access again.

    Raises:
        NoScopeLeft: the client has none of the scopes.
    """
    return Grant(scopes=granted(client.scopes, form.get("scope") or ""))


def by_refresh_token(transaction: Transaction, client: Client, form: Form, _now: datetime) -> Grant | Refused:
    """Grant again what was granted before, or a part of it (RFC 6749 §6).

    If refresh tokens rotate, a second use means that the token was stolen: its whole family is revoked.

    Raises:
        RefreshTokenInvalid: the refresh token is unknown, of another client, expired or revoked.
        NoScopeLeft: none of the scopes was granted before.
    """
    shown = digest(form.required("refresh_token"))
    clients = transaction.clients
    kept = clients.refresh_token(shown)
    now = transaction.now()
    if kept is None or kept.client_id != client.id or kept.expires_at <= now:
        raise RefreshTokenInvalid
    if clients.is_void(kept.family):
        raise RefreshTokenInvalid
    scopes = granted(kept.scopes, form.get("scope") or "")
    if not client.rotates:
        return Grant(scopes=scopes, user_id=kept.user_id, family=kept.family)
    if not clients.use_up(shown, now):
        clients.revoke_token(kept.family, expires_at=now + REFRESH_LIFETIME)
        return Refused()
    renewed = _new_refresh_token(transaction, client, kept.family, kept.scopes, kept.user_id)
    return Grant(scopes=scopes, user_id=kept.user_id, family=kept.family, refresh_token=renewed)


GRANT_TYPES: Final[dict[str, GrantType]] = {
    "urn:ietf:params:oauth:grant-type:jwt-bearer": by_assertion,
    "refresh_token": by_refresh_token,
    "client_credentials": by_credentials,
}


def _user_id(transaction: Transaction, client: Client, delegated_user: str | None) -> str | None:
    if delegated_user is None:
        return None
    try:
        return transaction.directory.person(client.domain_id, person_reference(delegated_user)).user_id
    except PersonUnknown:
        raise DelegatingUserUnknown from None


def _new_refresh_token(
    transaction: Transaction, client: Client, family: str, scopes: frozenset[Scope], user_id: str | None
) -> str:
    secret = new_secret()
    kept = RefreshToken(
        family=family,
        client_id=client.id,
        scopes=scopes,
        user_id=user_id,
        expires_at=transaction.now() + REFRESH_LIFETIME,
    )
    transaction.clients.keep(digest(secret), kept)
    return secret
