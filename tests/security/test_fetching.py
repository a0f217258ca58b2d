"""Fetching JSON from a real server on this machine."""

import asyncio
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from security.fetching import NotFetched, fetch_json_object

SOON = timedelta(seconds=0.3)
LONG = timedelta(seconds=30)


class Server(ThreadingHTTPServer):
    """A server that notes what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server_port}"
        self.requests: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.is_over = threading.Event()


class Handler(BaseHTTPRequestHandler):
    """Answers by the path."""

    server: Server

    def do_GET(self) -> None:
        self._note()
        with suppress(ConnectionError):
            getattr(self, self.path.strip("/"))()

    def do_CONNECT(self) -> None:
        self._note()
        self.send_error(502)

    def good(self) -> None:
        self._begin(200)
        self.wfile.write(b'{"a": 1}')

    def redirect(self) -> None:
        self._begin(302, Location="/good")

    def dripping(self) -> None:
        self._begin(200)
        while not self.server.is_over.wait(SOON.total_seconds() / 10):
            self.wfile.write(b" ")

    def endless(self) -> None:
        self._begin(200)
        while not self.server.is_over.is_set():
            self.wfile.write(b" " * 65_536)

    def _note(self) -> None:
        self.server.requests.append(f"{self.command} {self.path}")
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})

    def _begin(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Set-Cookie": "a=b", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield listening
        listening.is_over.set()
        listening.shutdown()
        thread.join()


def fetch(url: str, within: timedelta = LONG) -> dict[str, Any]:
    return asyncio.run(fetch_json_object(url, within))


def test_an_object_is_fetched(server: Server):
    assert fetch(f"http://{server.address}/good") == {"a": 1}


def test_no_redirect_is_followed(server: Server):
    with pytest.raises(NotFetched, match="302"):
        fetch(f"http://{server.address}/redirect")
    assert server.requests == ["GET /redirect"]


def test_the_timeout_is_that_of_the_whole_response(server: Server):
    with pytest.raises(NotFetched, match="Timeout"):
        fetch(f"http://{server.address}/dripping", SOON)


def test_reading_ends_where_the_body_is_too_large(server: Server):
    with pytest.raises(NotFetched, match="larger than 524288 bytes"):
        fetch(f"http://{server.address}/endless")


def test_no_cookie_is_sent(server: Server):
    for _ in range(2):
        fetch(f"http://{server.address}/good")
    assert all("cookie" not in headers for headers in server.headers)


def test_no_password_of_netrc_is_sent(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password sesame\n")
    monkeypatch.setenv("NETRC", str(netrc))
    fetch(f"http://{server.address}/good")
    assert "authorization" not in server.headers[0]


@pytest.mark.parametrize("scheme", ["http://", "https://", ""])
def test_the_proxy_of_the_environment_is_asked_over_http(
    server: Server, scheme: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("https_proxy", f"{scheme}somebody:sesame@{server.address}")
    with pytest.raises(NotFetched, match="502"):
        fetch("https://login.example.com/keys")
    assert server.requests == ["CONNECT login.example.com:443"]
    assert server.headers[0]["proxy-authorization"] == f"Basic {b64encode(b'somebody:sesame').decode()}"


def test_a_host_of_no_proxy_is_asked_itself(server: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("https_proxy", f"http://{server.address}")
    monkeypatch.setenv("no_proxy", "0.0.0.0")  # noqa: S104 (this machine, but not loopback)
    with pytest.raises(NotFetched, match=r"0\.0\.0\.0"):
        fetch("https://0.0.0.0:1/keys")
    assert server.requests == []


def test_this_machine_is_asked_without_a_proxy(server: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert fetch(f"http://{server.address}/good") == {"a": 1}
