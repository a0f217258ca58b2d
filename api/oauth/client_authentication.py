"""Authenticates the client by id and secret, in the Authorization header or in the form (RFC 6749 §2.3.1)."""

from base64 import b64decode
from typing import Annotated
from urllib.parse import unquote_plus

from fastapi import Depends, Request

from api.deps import TheStore
from api.oauth.form import Form, TheForm
from api.oauth.refusals import ClientShownTwice
from domain.clients import Client, ClientCredentials
from domain.refusals import ClientUnknown
from services import clients


def _credentials(request: Request, form: TheForm) -> ClientCredentials:
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    # Some clients send their access token with every request; it is ignored here.
    if scheme.lower() != "basic":
        return ClientCredentials(form.get("client_id") or "", form.get("client_secret") or "")
    return _from_header(encoded.strip(), form)


def _from_header(encoded: str, form: Form) -> ClientCredentials:
    try:
        client_id, colon, secret = b64decode(encoded, validate=True).decode().partition(":")
        client_id, secret = unquote_plus(client_id, errors="strict"), unquote_plus(secret, errors="strict")
    except ValueError:
        raise ClientUnknown from None
    if not colon or "\0" in client_id:
        raise ClientUnknown
    if form.get("client_secret") is not None or form.get("client_id") not in {None, client_id}:
        raise ClientShownTwice
    return ClientCredentials(client_id, secret)


def _client(credentials: Annotated[ClientCredentials, Depends(_credentials)], store: TheStore) -> Client:
    return clients.authenticate(store, credentials)


#: The client that calls.
TheClient = Annotated[Client, Depends(_client)]
