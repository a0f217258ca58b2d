"""No secret is in a log, even at the level DEBUG, in a metric, in Flower, in store or broker."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import select
from sqlalchemy.engine import make_url

from api.oauth.grants import GRANT_TYPES
from cli.registration import new_key_pair
from domain.credentials import Scope
from domain.directory import Person
from domain.permissions import role
from harness.server import exchange
from harness.waiting import wait_until
from security import passwords
from services.clients import Choices, new_client, register
from store.tables import metadata
from tests.journey.deployment import FLOWER_LOGIN, SERVICES, Deployment, built
from tests.journey.person import PersonClient
from tests.store.builders import add_domain_with_people

_DATABASE_PASSWORD: Final = "open-sesame-database"  # noqa: S105 (of a database that lives as long as the test)
_PASSWORD: Final = "open-sesame-administrator"  # noqa: S105
_WRONG: Final = "open-sesame-mistyped"
_MESSAGE: Final = "open-sesame-private-words"

_TOKEN: Final = "/oauth2/v2.0/token"  # noqa: S105 (a path)
_STATUSES: Final = "/v1.0/users/u3@example.com/user-profile-statuses"
_OOF: Final = "/api/v1/domains/1/users/3/oof"


@dataclass
class Guest:
    """Uses every secret of a deployment in all possible places, rightly and wrongly, and remembers them."""

    deployment: Deployment
    person: Person
    http: httpx.Client
    secrets: set[str] = field(default_factory=lambda: {_DATABASE_PASSWORD, _PASSWORD, _WRONG, _MESSAGE})

    def knows(self, secret: str) -> str:
        """Remember the secret, which must appear nowhere, and return it."""
        self.secrets.add(secret)
        return secret

    def use_clients(self) -> str:
        """Get tokens as a client does, and return one."""
        keys = new_key_pair()
        choices = Choices(
            name="hr", scopes=frozenset({Scope.DIRECTORY, Scope.USER}), public_key=keys.public, rotates=True
        )
        registered = new_client(self.person.domain, choices)
        register(self.deployment.store, registered.client)
        client = registered.client
        now = int(datetime.now(UTC).timestamp())
        claims = {"iss": client.id, "sub": client.service_account, "iat": now, "exp": now + 600}
        assertion = self.knows(jwt.encode({"alg": "RS256"}, claims, RSAKey.import_key(keys.private)))
        by_assertion, by_refresh_token, by_credentials = GRANT_TYPES
        shown = {"client_id": client.id, "client_secret": self.knows(registered.secret)}
        asked = {**shown, "grant_type": by_assertion, "assertion": assertion}
        had = self.http.post(_TOKEN, data=asked).raise_for_status().json()
        access, refresh = self.knows(had["access_token"]), self.knows(had["refresh_token"])
        asked = {**shown, "grant_type": by_refresh_token, "refresh_token": refresh}
        renewed = self.http.post(_TOKEN, data=asked).raise_for_status().json()
        self.knows(renewed["refresh_token"])
        basic = httpx.BasicAuth(client.id, registered.secret)
        self.knows(basic._auth_header.split()[1])  # noqa: SLF001 (as it is sent)
        again = self.http.post(_TOKEN, data={"grant_type": by_credentials}, auth=basic).raise_for_status()
        codes = [
            self.http.post(_TOKEN, data=asked).status_code,
            self.http.post(_TOKEN, data={**asked, "client_secret": _WRONG}).status_code,
            self.http.post(_TOKEN, params=asked).status_code,
            self.http.post(_TOKEN, json=asked).status_code,
            self.http.post(f"{_TOKEN}/{registered.secret}").status_code,
            self.http.post("/oauth2/v2.0/revoke", data={**shown, "token": access}).status_code,
        ]
        assert codes == [400, 401, 400, 400, 404, 200]
        return self.knows(again.json()["access_token"])

    def use_token(self, token: str) -> None:
        """Call with a token, and with a spoilt copy of it."""
        good, spoilt = {"Authorization": f"Bearer {token}"}, {"Authorization": f"Bearer {token[:-4]}"}
        # A token without its last letters is as dangerous: four letters can be guessed.
        self.knows(token[:-4])
        body = {"profileStatusId": "BUSY", "statusMessage": _MESSAGE}
        codes = [
            self.http.post(_STATUSES, headers=good, json=body).status_code,
            self.http.put(_OOF, headers=good, json={"state": 1, "internalReply": _MESSAGE}).status_code,
            self.http.post(_STATUSES, headers=good, content=f'{{"{_MESSAGE}').status_code,
            self.http.post(_STATUSES, headers=good, json={"profileStatusId": _MESSAGE}).status_code,
            self.http.post(_STATUSES, headers=spoilt, json=body).status_code,
            self.http.get(_STATUSES, params={"access_token": token}).status_code,
            self.http.get(f"/v1.0/{token}").status_code,
            self.http.request(_WRONG, f"/{token}").status_code,
        ]
        assert codes == [201, 200, 400, 400, 401, 401, 401, 400]
        refused = exchange(
            str(self.deployment.api.base_url), f"GET /{token} nonsense {token}\r\n\r\n".encode()
        )
        assert refused.startswith(b"HTTP/1.1 400 ")

    def use_login(self) -> None:
        """Log in as an administrator does, with a right and with a wrong password."""
        with self.deployment.store.writing() as transaction:
            transaction.accounts.set_password(self.person.id, passwords.hash_password(_PASSWORD))
            transaction.accounts.grant(self.person.id, role("SystemAdmin"))
        form = {"user": self.person.email, "pass": _PASSWORD}
        had = self.http.post("/api/v1/login", data=form).raise_for_status().json()
        cookie = {"Cookie": f"grommunioAuthJwt={self.knows(had['grommunioAuthJwt'])}"}
        csrf = {"X-Csrf-Token": self.knows(had["csrf"])}
        codes = [
            self.http.put(_OOF, headers=cookie | csrf, json={"state": 0}).status_code,
            self.http.put(_OOF, headers=cookie | {"X-Csrf-Token": _WRONG}, json={"state": 0}).status_code,
            self.http.get("/api/v1/profile", headers={"Cookie": cookie["Cookie"][:-4]}).status_code,
            self.http.post("/api/v1/login", data=form | {"pass": _WRONG}).status_code,
            self.http.post("/api/v1/login", data={"user": _WRONG, "pass": _WRONG}).status_code,
            self.http.post("/api/v1/login", json=form).status_code,
            self.http.post("/api/v1/login", params=form).status_code,
        ]
        assert codes == [200, 401, 401, 401, 401, 400, 400]


@pytest.fixture
def debugging_deployment(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Deployment]:
    """Make a deployment whose processes log all that they can."""
    monkeypatch.setenv("PRESENTLY_LOG_LEVEL", "DEBUG")
    url = make_url(postgresql_url).set(password=_DATABASE_PASSWORD).render_as_string(hide_password=False)
    with built(tmp_path / "data", url) as deployment:
        deployment.start_what_is_missing()
        yield deployment


@pytest.fixture
def anonymous(debugging_deployment: Deployment) -> Iterator[httpx.Client]:
    """Yield a client without credentials."""
    with httpx.Client(base_url=debugging_deployment.api.base_url) as client:
        yield client


def keys_of(deployment: Deployment) -> Iterator[str]:
    """Yield the deployment's own secrets: its signing keys, and the passwords of its broker and of Flower."""
    written: dict[str, Any] = json.loads(deployment.settings.signing_key_file.read_text())
    yield from (key["d"] for key in written.get("keys", [written]))
    yield str(urlsplit(deployment.settings.redis_url).password)
    yield FLOWER_LOGIN[1]


def logged_by(deployment: Deployment) -> Iterator[tuple[str, str]]:
    """Yield all output of the deployment, by its source."""
    yield from deployment.logs()
    wait_until(lambda: deployment.flower.get("/api/workers", params={"refresh": 1}).json())
    for path in ("/api/tasks", "/tasks", "/workers", "/broker", "/api/workers"):
        yield f"flower {path}", deployment.flower.get(path).raise_for_status().text
    yield "metrics", deployment.api.get("/metrics").raise_for_status().text
    yield "ready", deployment.api.get("/readyz").text


def kept_by(deployment: Deployment) -> Iterator[tuple[str, str]]:
    """Yield all data of store and broker."""
    with deployment.store.reading() as transaction:
        for table in metadata.sorted_tables:
            yield table.name, str(transaction.connection.execute(select(table)).all())
    for file in (deployment.settings.data / "broker" / "appendonlydir").iterdir():
        yield file.name, file.read_text(errors="replace")


def found(secrets: set[str], texts: dict[str, str]) -> list[tuple[str, str]]:
    """Return the places with a secret, and the secrets."""
    return [(where, secret) for where, text in texts.items() for secret in secrets if secret in text]


def test_no_secret_is_logged_by_any_process_nor_kept(
    debugging_deployment: Deployment, anonymous: httpx.Client
):
    people = add_domain_with_people(debugging_deployment.store)
    guest = Guest(debugging_deployment, people[2], anonymous)
    guest.secrets |= set(keys_of(debugging_deployment))
    person = PersonClient(debugging_deployment, 1)
    starts_at = debugging_deployment.second(timedelta(seconds=1))
    person.reserve(starts_at, starts_at + timedelta(hours=1))
    guest.use_token(guest.use_clients())
    guest.use_login()
    person.wait_for("PROMOTED")
    debugging_deployment.kill("broker")
    wait_until(
        lambda: (
            "cannot reach" in debugging_deployment.log("beat")
            and "Cannot connect" in debugging_deployment.log("worker")
        )
    )
    debugging_deployment.start("broker")
    wait_until(lambda: debugging_deployment.api.get("/readyz").is_success)
    output = dict(logged_by(debugging_deployment))
    assert "statuses.promote_due" in output["flower /api/tasks"]
    assert {"api", *SERVICES} <= output.keys()
    assert all('"level": "debug"' in output[name] for name in ("api", "beat", "worker"))
    assert output["api"].count("A login failed.") == 2
    assert found(guest.secrets, output) == []
    # Texts that people wrote may be in the store.
    assert found(guest.secrets - {_MESSAGE}, dict(kept_by(debugging_deployment))) == []
