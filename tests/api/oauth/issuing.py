"""An external issuer: a small real server on this machine that publishes its metadata and its keys."""

import json
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, Key, RSAKey

OIDC = "/.well-known/openid-configuration"
OAUTH = "/.well-known/oauth-authorization-server"


@cache
def rsa_key(kid: str) -> RSAKey:
    """Return the RSA key of this id; making one takes long."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


def short_rsa_key(kid: str) -> RSAKey:
    """Return an RSA key that is too short to be trusted."""
    with warnings.catch_warnings(action="ignore"):
        return RSAKey.generate_key(1024, {"kid": kid, "use": "sig"})


@cache
def ec_key(kid: str, curve: str = "P-256") -> ECKey:
    """Return the elliptic key of this id."""
    return ECKey.generate_key(curve, {"kid": kid, "use": "sig"})


@dataclass
class ExternalIssuer:
    """The issuer, its keys, and the requests it got."""

    url: str
    keys: list[Key] = field(default_factory=lambda: [rsa_key("first")])
    #: Further documents, by path; `None` answers 404.
    pages: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def page(self, path: str) -> tuple[int, Mapping[str, str], bytes]:
        """Return the document at `path`."""
        self.asked.append(path)
        usual = {
            OIDC: {"issuer": self.url, "jwks_uri": f"{self.url}/keys"},
            "/keys": {"keys": [key.as_dict(private=False) for key in self.keys]},
        }
        found = (usual | self.pages).get(path)
        match found:
            case None:
                return 404, {}, b"{}"
            case bytes():
                return 200, {}, found
            case str():
                return 302, {"Location": found}, b""
            case _:
                return 200, {}, json.dumps(found).encode()

    def claims(self, **changed: Any) -> dict[str, Any]:
        """Return the claims of a token, with these changes; `...` removes a claim."""
        now = int(datetime.now(UTC).timestamp())
        usual = {
            "iss": self.url,
            "aud": "presently",
            "sub": "0001",
            "email": "u1@example.com",
            "scope": "user",
            "iat": now,
            "exp": now + 300,
        }
        return {name: value for name, value in (usual | changed).items() if value is not ...}

    def token(
        self,
        key: Key | None = None,
        alg: str = "RS256",
        typ: str | None = "at+jwt",
        kid: Any = ...,
        **changed: Any,
    ) -> str:
        """Return a token."""
        signing = key or self.keys[0]
        header = {"alg": alg, "typ": typ, "kid": signing.kid if kid is ... else kid}
        given = {name: value for name, value in header.items() if value is not None}
        return jws.serialize_compact(given, json.dumps(self.claims(**changed)), signing, algorithms=[alg])


@contextmanager
def running() -> Iterator[ExternalIssuer]:
    """Serve an issuer until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = issuer.page(self.path)
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        issuer = ExternalIssuer(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield issuer
        server.shutdown()
        thread.join()
