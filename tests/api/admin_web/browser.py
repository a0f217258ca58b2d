"""admin-web's requests: it logs in with a form, sets the cookie itself, and sends the CSRF token except with GET."""

from dataclasses import dataclass
from typing import Any, Final

import httpx
from argon2 import PasswordHasher

from domain.directory import Person
from domain.permissions import role
from store.store import Store

PASSWORD: Final = "correct horse battery"  # noqa: S105 (of accounts that live as long as a test)
#: Verified in no time, for most tests log in. Its parameters are in a hash; `tests/security` has the real ones.
_KEPT: Final = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)

COOKIE: Final = "grommunioAuthJwt"
LOGIN: Final = "/api/v1/login"

#: An out-of-office as admin-web sends it (section 11.4), in its order, with two keys of its view's state.
SENT: Final = {
    "state": 2,
    "externalAudience": 1,
    "startTime": "2036-08-01 08:00:00",
    "endTime": "2036-08-15 18:00:00",
    "internalSubject": "Away",
    "internalReply": "<p>Back on the 16th</p>",
    "externalSubject": "",
    "externalReply": "",
    "tab": 0,
    "snackbar": "",
}

#: What is stored of it: an empty subject is none.
KEPT_OF_IT: Final = {
    key: value for key, value in SENT.items() if key not in {"externalSubject", "tab", "snackbar"}
}


def let_in(store: Store, person: Person, *roles: str) -> None:
    """Give the person the tests' password and these roles, each written as `DomainAdmin 1`."""
    with store.writing() as transaction:
        transaction.accounts.set_password(person.id, _KEPT)
        for text in roles:
            permission, _, parameter = text.partition(" ")
            transaction.accounts.grant(person.id, role(permission, parameter))


def log_in(http: httpx.Client, user: str, password: str = PASSWORD) -> httpx.Response:
    """Send the form of the login page."""
    return http.post(LOGIN, data={"user": user, "pass": password})


@dataclass(frozen=True)
class Browser:
    """A browser with a login."""

    http: httpx.Client
    token: str
    csrf: str

    @property
    def cookie(self) -> dict[str, str]:
        """Return the cookie header that the browser sends."""
        return {"Cookie": f"{COOKIE}={self.token}"}

    def get(self, path: str) -> httpx.Response:
        """Send a GET request to the admin API."""
        return self.http.get(f"/api/v1{path}", headers=self.cookie)

    def put(self, path: str, **body: Any) -> httpx.Response:
        """Send a PUT request to the admin API."""
        headers = {**self.cookie, "X-CSRF-TOKEN": self.csrf}
        return self.http.put(f"/api/v1{path}", headers=headers, json=body)

    def refresh(self) -> httpx.Response:
        """Renew the login, with an empty form."""
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.http.post(LOGIN, headers={**self.cookie, **form})


def opened(http: httpx.Client, user: str) -> Browser:
    """Return a browser in which this user has logged in."""
    answer = log_in(http, user)
    assert answer.status_code == 200, answer.text
    return Browser(http, answer.json()[COOKIE], answer.json()["csrf"])
