"""Authenticates the client by id and secret, in the Authorization header or in the form (RFC 6749 §2.3.1)."""

import hmac
from base64 import b64decode
from typing import Annotated, Final
from urllib.parse import unquote_plus

from fastapi import Depends, Request

from api.oauth.form import Form, TheForm
from api.oauth.refusals import ClientShownTwice
from domain.clients import Client, digest
from domain.refusals import ClientUnknown
from store.store import Transaction

#: The digest to compare with if the client does not exist; no secret has it.
_NOBODYS: Final = "0" * 64


class Credentials:
    """An id and a secret, not yet checked."""

    def __init__(self, client_id: str, secret: str) -> None:
        self._client_id = client_id
        self._secret = secret

    def client(self, transaction: Transaction) -> Client:
        """Return the client with these credentials.

        Raises:
            ClientUnknown: there is none, or it was revoked.
        """
        found = transaction.clients.find(self._client_id)
        fits = hmac.compare_digest(digest(self._secret), found.secret_digest if found else _NOBODYS)
        if found is None or not fits or found.revoked_at is not None:
            raise ClientUnknown
        return found


def _credentials(request: Request, form: TheForm) -> Credentials:
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    # Some clients send their access token with every request; it is ignored here.
    if scheme.lower() != "basic":
        return Credentials(form.get("client_id") or "", form.get("client_secret") or "")
    return _shown_in_header(encoded.strip(), form)


def _shown_in_header(encoded: str, form: Form) -> Credentials:
    try:
        client_id, colon, secret = b64decode(encoded, validate=True).decode().partition(":")
        client_id, secret = unquote_plus(client_id, errors="strict"), unquote_plus(secret, errors="strict")
    except ValueError:
        raise ClientUnknown from None
    if not colon or "\0" in client_id:
        raise ClientUnknown
    if form.get("client_secret") is not None or form.get("client_id") not in {None, client_id}:
        raise ClientShownTwice
    return Credentials(client_id, secret)


TheCredentials = Annotated[Credentials, Depends(_credentials)]
