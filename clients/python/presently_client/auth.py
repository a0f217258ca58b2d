"""How a program gets its tokens: by assertions that its service account signs (OAuth 2.0, RFC 7523)."""

import json
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

from presently_client.errors import Problem

_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ASSERTION_SECONDS: Final = 300
#: A token is replaced so long before its end, because clocks differ and requests take time.
_MARGIN_SECONDS: Final = 60


@dataclass
class ServiceAccount(httpx.Auth):
    """The service account of an OAuth client. It gets a token when one is needed, and another when that one ends."""

    client_id: str
    client_secret: str = field(repr=False)
    service_account: str
    private_key: str = field(repr=False)  #: RSA, as PEM
    scope: str = ""  #: by default all scopes of the client
    _token: str = field(default="", init=False, repr=False)
    _ends_at: float = field(default=0, init=False, repr=False)

    requires_response_body = True

    @classmethod
    def from_file(cls, credentials: str | Path, *, scope: str = "") -> Self:
        """Read the JSON that `./presently client add` prints, and the private key that it names."""
        told = json.loads(Path(credentials).read_text())
        key = Path(told["privateKeyFile"]).read_text()
        return cls(told["id"], told["secret"], told["serviceAccount"], key, scope)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send the request with a token; get another one first if it has ended, or if it was revoked."""
        if time.monotonic() >= self._ends_at:
            self._keep((yield self._token_request(request.url)))
        request.headers["Authorization"] = f"Bearer {self._token}"
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            self._keep((yield self._token_request(request.url)))
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request

    def _token_request(self, url: httpx.URL) -> httpx.Request:
        form = {"grant_type": _GRANT, "assertion": self._assertion()}
        form |= {"client_id": self.client_id, "client_secret": self.client_secret}
        form |= {"scope": self.scope} if self.scope else {}
        before = url.path.partition("/presently/v1")[0]
        return httpx.Request("POST", url.copy_with(path=f"{before}/oauth2/v2.0/token", query=None), data=form)

    def _assertion(self) -> str:
        now = int(time.time())
        claims = {"iss": self.client_id, "sub": self.service_account, "iat": now}
        key = RSAKey.import_key(self.private_key)
        return jwt.encode({"alg": "RS256"}, {**claims, "exp": now + _ASSERTION_SECONDS}, key)

    def _keep(self, response: httpx.Response) -> None:
        if not response.is_success:
            raise Problem.of(response)
        told = response.json()
        self._token = told["access_token"]
        self._ends_at = time.monotonic() + int(told["expires_in"]) - _MARGIN_SECONDS
