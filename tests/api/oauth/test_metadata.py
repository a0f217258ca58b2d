"""The authorization server's metadata and keys."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import KeySet

from api.app import create_app
from api.deps import moment
from cli import private_file
from config.settings import Settings
from domain.credentials import Bearer, Scope
from domain.directory import Person
from security import signing_keys
from security.access_tokens import AccessTokens
from store.store import Store
from tests.api.clients import TestClient
from tests.api.oauth.conftest import JWT_BEARER, REVOKE, TOKEN, Program


def test_the_metadata_name_every_endpoint_and_all_that_it_takes(anonymous: TestClient):
    answer = anonymous.get("/.well-known/oauth-authorization-server")
    assert answer.status_code == 200
    said = answer.json()
    assert said["issuer"] == "http://testserver"
    endpoints = {name: said[f"{name}_endpoint"] for name in ("token", "revocation")}
    assert endpoints == {"token": f"http://testserver{TOKEN}", "revocation": f"http://testserver{REVOKE}"}
    assert set(said["grant_types_supported"]) == {JWT_BEARER, "refresh_token", "client_credentials"}
    assert said["token_endpoint_auth_methods_supported"] == ["client_secret_basic", "client_secret_post"]
    assert set(said["scopes_supported"]) == set(Scope)
    assert said["response_types_supported"] == []


def test_the_metadata_go_by_the_public_url(settings: Settings, store: Store):
    public = settings.model_copy(update={"public_url": "https://presence.example.com/"})
    said = TestClient(create_app(public, store)).get("/.well-known/oauth-authorization-server").json()
    assert said["issuer"] == "https://presence.example.com"
    assert said["jwks_uri"] == "https://presence.example.com/.well-known/jwks.json"


def test_a_token_can_be_checked_by_the_published_keys(program: Program, anonymous: TestClient):
    jwks_uri = anonymous.get("/.well-known/oauth-authorization-server").json()["jwks_uri"]
    published = anonymous.get(jwks_uri).json()
    token = program.tokens()["access_token"]
    decoded = jwt.decode(token, KeySet.import_key_set(published), algorithms=["ES256"])
    assert decoded.header["typ"] == "at+jwt"
    assert decoded.claims["client_id"] == "hr"


def test_no_private_part_of_a_key_is_published(app: FastAPI, anonymous: TestClient):
    published = anonymous.get("/.well-known/jwks.json")
    assert [set(key) for key in published.json()["keys"]] == [{"kty", "crv", "x", "y", "kid", "use", "alg"}]
    assert str(app.state.tokens.ring.current()[0].as_dict(private=True)["d"]) not in published.text


@pytest.fixture
def caller() -> Bearer:
    return Bearer(name="hr", domain_id=1, scopes=frozenset({Scope.DIRECTORY}))


def status_of(client: TestClient, token: str) -> int:
    path = "/v1.0/users/u1@example.com/user-profile-statuses"
    return int(client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code)


@pytest.fixture
def own(settings: Settings, tmp_path: Path) -> Settings:
    """Return settings of a deployment whose keys are in its data folder."""
    return settings.model_copy(update={"signing_key": None, "data": tmp_path / "data"})


def test_a_new_key_signs_at_once_and_tokens_of_the_old_one_stay_good(
    own: Settings, store: Store, people: list[Person], caller: Bearer
):
    app = create_app(own, store)
    client, tokens = TestClient(app), app.state.tokens
    now = moment()
    old_token = tokens.issue(caller, now, lifetime=timedelta(hours=1))
    old = tokens.ring.current()
    private_file.write(own.signing_key_file, signing_keys.dump((signing_keys.generate(), *old)))

    new_token = tokens.issue(caller, now, lifetime=timedelta(hours=1))
    assert tokens.ring.current()[0].kid != old[0].kid
    assert (status_of(client, old_token), status_of(client, new_token)) == (200, 200)
    published = [key["kid"] for key in client.get("/.well-known/jwks.json").json()["keys"]]
    assert published == [tokens.ring.current()[0].kid, old[0].kid]

    private_file.write(own.signing_key_file, signing_keys.dump((tokens.ring.current()[0],)))
    assert (status_of(client, old_token), status_of(client, new_token)) == (401, 200)


def test_a_file_of_keys_that_was_spoilt_changes_nothing(own: Settings):
    tokens = AccessTokens(signing_keys.open_key_ring(own.signing_key, own.signing_key_file))
    kid = tokens.ring.current()[0].kid
    private_file.write(own.signing_key_file, json.dumps({"keys": []}))
    assert tokens.ring.current()[0].kid == kid
    own.signing_key_file.unlink()
    assert tokens.ring.current()[0].kid == kid
