"""The callers of the tables' columns, with the headers that each of them sends."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache, partial
from typing import Any, Final

from fastapi import FastAPI
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from api.deps import moment
from domain.credentials import Bearer, Login, Scope, stamp
from domain.directory import Person
from security.login_tokens import csrf_token
from services.people import deactivate_all
from store.store import Store
from tests.api.admin_web.browser import COOKIE, let_in
from tests.builders import SOMEBODY
from tests.store.builders import add_domain_with_people

Headers = dict[str, str]

_HOUR: Final = timedelta(hours=1)
_WEEK: Final = timedelta(days=7)


class Callers:
    """The people of two domains, their services, and callers with forged credentials."""

    def __init__(self, app: FastAPI, store: Store, people: list[Person]) -> None:
        self._app, self._store, self._people = app, store, people
        self._other = add_domain_with_people(store, 1, "other.example")[0]
        for person, granted in (
            (people[9], ["DomainAdmin 1"]),
            (people[8], []),
            (people[7], ["DomainAdminRO 1"]),
            (people[6], ["DomainAdmin 1"]),
            (people[5], ["SystemAdminRO"]),
            (people[4], ["SystemAdmin"]),
            (self._other, ["DomainAdmin 2"]),
        ):
            let_in(store, person, *granted)
        with store.writing() as transaction:
            transaction.directory.save_domain(replace(people[0].domain, organisation_id=5))
            deactivate_all(transaction, [people[0].id, people[6].id], by=SOMEBODY)

    def bearers(self) -> dict[str, list[Headers]]:
        """Return the callers of routes with a bearer token."""
        good = self.token("directory")
        login = self._login(self._people[9])
        tokens = {
            "bad": [*self._spoiled(good), self._expired(), self._revoked(), login, "sesame"],
            "other": [self.token("directory", domain_id=2), self.token("directory", person=self._other)],
            "unscoped": [self.token()],
            "u.read": [self.token("user.read"), self.token("user.read", person=self._people[2])],
            "d.read": [self.token("directory.read")],
            "member": [self.token("user", person=self._people[2])],
            "climber": [self.token("directory", "user", person=self._people[2])],
            "left": [self.token("directory", person=self._people[0])],
            "self": [self.token("user", person=self._people[1])],
            "service": [good],
        }
        shown = {
            caller: [{"Authorization": f"Bearer {token}"} for token in some]
            for caller, some in tokens.items()
        }
        return shown | {"nobody": [Headers()]}

    def logins(self) -> dict[str, list[Headers]]:
        """Return the callers of routes with a login."""
        people = self._people
        admin = self._login(people[9])
        expired = self._login(people[9], ago=_WEEK)
        bad = [*self._spoiled(admin), expired, self.token("directory"), "sesame", ""]
        bare = {"Cookie": f"{COOKIE}={admin}"}
        return {
            "nobody": [{}],
            "bad": [_logged_in(token) for token in bad],
            "forged": [bare, bare | {"X-Csrf-Token": csrf_token(expired)}, bare | {"X-Csrf-Token": ""}],
            "other": [_logged_in(self._login(self._other))],
            "plain": [_logged_in(self._login(people[8]))],
            "reader": [_logged_in(self._login(people[7]))],
            "left": [_logged_in(self._login(people[6]))],
            "admin": [_logged_in(admin)],
            "overseer": [_logged_in(self._login(people[5]))],
            "system": [_logged_in(self._login(people[4]))],
        }

    def token(
        self, *scopes: str, person: Person | None = None, domain_id: int = 1, ends: timedelta = _HOUR
    ) -> str:
        """Return a valid token; by default of a service."""
        caller = Bearer(
            name=person.email if person else "service",
            domain_id=person.domain.id if person else domain_id,
            scopes=frozenset(map(Scope, scopes)),
            user_id=person.user_id if person else None,
        )
        issued: str = self._app.state.tokens.issue(caller, moment(), lifetime=ends)
        return issued

    def _expired(self) -> str:
        return self.token("directory", ends=-_HOUR)

    def _revoked(self) -> str:
        token = self.token("directory")
        read = self._app.state.tokens.verify(token, moment())
        with self._store.writing() as transaction:
            transaction.clients.revoke_token(read.id, expires_at=read.expires_at)
        return token

    def _login(self, person: Person, ago: timedelta = timedelta(0)) -> str:
        with self._store.reading() as transaction:
            account = transaction.accounts.of(person.user_id)
        assert account is not None
        login = Login(person.user_id, stamp(account.password_hash))
        issued: str = self._app.state.login_tokens.issue(login, moment() - ago)
        return issued

    def _spoiled(self, token: str) -> list[str]:
        """Return the token with the right claims and key id, but with each kind of wrong signature."""
        key: ECKey = self._app.state.tokens.ring.current()[0]
        said = jws.extract_compact(token.encode())
        header, claims = said.headers(), said.payload
        return [
            jws.serialize_compact(header, claims, _another_key()),
            token.rpartition(".")[0] + ".",
            _signed(header | {"alg": "none"}, claims, lambda _: b""),
            _signed(header | {"alg": "HS256"}, claims, partial(_hs256, key.as_pem(private=False))),
            _signed(header | {"alg": "HS256"}, claims, partial(_hs256, key.as_der(private=False))),
            jws.serialize_compact(header | {"alg": "RS256"}, claims, _rsa_key(), algorithms=["RS256"]),
        ]


def _logged_in(token: str) -> Headers:
    return {"Cookie": f"{COOKIE}={token}", "X-Csrf-Token": csrf_token(token)}


def _signed(header: dict[str, Any], claims: bytes, sign: Callable[[bytes], bytes]) -> str:
    words = b".".join(map(_base64, (json.dumps(header).encode(), claims)))
    return (words + b"." + _base64(sign(words))).decode()


def _base64(part: bytes) -> bytes:
    return urlsafe_b64encode(part).rstrip(b"=")


def _hs256(secret: bytes, words: bytes) -> bytes:
    return hmac.digest(secret, words, "sha256")


@cache
def _another_key() -> ECKey:
    return ECKey.generate_key("P-256")


@cache
def _rsa_key() -> RSAKey:
    return RSAKey.generate_key(2048)
