"""Serves the API: uvicorn on a free port of this machine, in a thread of this process."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from api.server.http_protocol import GracefulHttpProtocol
from harness.waiting import wait_until

_LOOPBACK: Final = "127.0.0.1"


class Door:
    """A server for one application after another, because starting a server takes longer than most tests."""

    def __init__(self) -> None:
        self.url = ""
        self._app: FastAPI | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request to the application that is served now."""
        assert self._app is not None
        await self._app(scope, receive, send)

    @contextmanager
    def opened_to(self, app: FastAPI) -> Iterator[str]:
        """Serve `app` until the block ends, and yield its URL."""
        self._app = app
        yield self.url
        self._app = None


@contextmanager
def door() -> Iterator[Door]:
    """Run a server, which is stopped when the block ends."""
    made = Door()
    with serving(made) as server:
        made.url = "http://{}:{}".format(*address(server))
        yield made


@contextmanager
def serving(
    app: ASGIApp,
    lifespan: Literal["on", "off"] = "off",
    protocol: type[GracefulHttpProtocol] = GracefulHttpProtocol,
) -> Iterator[uvicorn.Server]:
    """Run a server that serves `app` until the block ends, or until it is stopped."""
    with socket.create_server((_LOOPBACK, 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, http=protocol, log_config=None, lifespan=lifespan))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            wait_until(lambda: server.started or not thread.is_alive())
            yield server
        finally:
            server.should_exit = True
            thread.join()


def address(server: uvicorn.Server) -> tuple[str, int]:
    """Return the host and the port that it listens on."""
    host, port = server.servers[0].sockets[0].getsockname()
    return host, port


def exchange(url: str, request: bytes) -> bytes:
    """Send exactly these bytes, which ask to close the connection, and return the server's answer."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))
