"""Fixtures for the tests of OAuth: registered clients, and the keys of their service accounts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import RSAKey

from domain.clients import Client, digest
from domain.credentials import Scope
from domain.directory import Person
from store.store import Store
from tests.api.clients import TestClient

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TOKEN = "/oauth2/v2.0/token"  # noqa: S105 (a path)
REVOKE = "/oauth2/v2.0/revoke"


@cache
def a_key(number: int = 0) -> RSAKey:
    """Return an RSA key, the same for each number, because making one takes long."""
    return RSAKey.generate_key(2048)


@dataclass(frozen=True)
class Program:
    """A program that is registered as a client, and uses the token endpoint as such programs do."""

    client: Client
    secret: str
    key: RSAKey
    http: httpx.Client = field(repr=False)

    @property
    def shown(self) -> dict[str, str]:
        """Return its credentials in a form."""
        return {"client_id": self.client.id, "client_secret": self.secret}

    def claims(self, **changed: Any) -> dict[str, Any]:
        """Return the claims of an assertion, with these changes; `...` removes a claim."""
        now = datetime.now(UTC).timestamp()
        usual = {
            "iss": self.client.id,
            "sub": self.client.service_account,
            "iat": int(now),
            "exp": int(now) + 3600,
        }
        return {name: value for name, value in (usual | changed).items() if value is not ...}

    def assertion(self, **changed: Any) -> str:
        """Return an assertion of its service account."""
        return jwt.encode({"alg": "RS256"}, self.claims(**changed), self.key)

    def ask(self, **form: str | None) -> httpx.Response:
        """Request a token; fields that are `None` are left out of the form."""
        said = {name: value for name, value in (self.shown | form).items() if value is not None}
        return self.http.post(TOKEN, data=said)

    def ask_by_assertion(self, scope: str | None = "user directory", **form: str | None) -> httpx.Response:
        """Request a token with an assertion, for these scopes."""
        usual = {"grant_type": JWT_BEARER, "assertion": self.assertion(), "scope": scope}
        return self.ask(**(usual | form))

    def tokens(self, **form: str | None) -> dict[str, Any]:
        """Get tokens with an assertion."""
        answer = self.ask_by_assertion(**form)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def refresh(self, refresh_token: str, **form: str | None) -> httpx.Response:
        """Request another token with a refresh token."""
        return self.ask(grant_type="refresh_token", refresh_token=refresh_token, **form)

    def revoke(self, token: str | None, **form: str | None) -> httpx.Response:
        """Revoke a token."""
        said = self.shown | {"token": token} | form
        return self.http.post(REVOKE, data={name: value for name, value in said.items() if value is not None})

    def try_token(self, access_token: str, user_id: str = "u1@example.com") -> httpx.Response:
        """Read a person's statuses with an access token."""
        return self.http.get(
            f"/v1.0/users/{user_id}/user-profile-statuses",
            headers={"Authorization": f"Bearer {access_token}"},
        )


Register = Callable[..., Program]


@pytest.fixture
def register(app: FastAPI, store: Store, people: list[Person]) -> Register:
    """Return a function that registers a program, by default with the usual options."""

    def registered(
        client_id: str = "hr", *, key: int = 0, scopes: str = "user directory", **said: Any
    ) -> Program:
        secret = f"the secret of {client_id}"
        usual: dict[str, Any] = {
            "domain_id": 1,
            "name": client_id,
            "service_account": f"{client_id}.serviceaccount@example.com",
            "token_lifetime": timedelta(hours=24),
        }
        client = Client(
            id=client_id,
            scopes=frozenset(map(Scope, scopes.split())),
            public_key=a_key(key).as_pem(private=False).decode(),
            secret_digest=digest(secret),
            **(usual | said),
        )
        with store.writing() as transaction:
            transaction.clients.add(client)
        return Program(client, secret, a_key(key), TestClient(app, raise_server_exceptions=False))

    return registered


@pytest.fixture
def program(register: Register) -> Program:
    """Return a program with all scopes, whose refresh tokens rotate."""
    return register()


def assert_refused(answer: httpx.Response, status: int, error: str, naming: str = "") -> None:
    """Assert that a request was refused in the form of RFC 6749."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(answer.json()) == {"error", "error_description"}
    assert answer.json()["error"] == error, answer.text
    assert naming in answer.json()["error_description"]
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)
