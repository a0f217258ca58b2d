"""Connections while the server process stops."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from harness.server import address, serving
from harness.waiting import wait_until

REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


async def hello(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer any request."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"hello"})


@pytest.fixture
def server() -> Iterator[uvicorn.Server]:
    """Run a separate server, which the test stops."""
    with serving(hello) as started:
        yield started


@contextmanager
def connected(server: uvicorn.Server) -> Iterator[socket.socket]:
    """Open a connection, and wait until the server has accepted it."""
    with socket.create_connection(address(server), timeout=20) as connection:
        wait_until(lambda: bool(server.server_state.connections))
        yield connection


def end(server: uvicorn.Server) -> None:
    """Tell the server to stop, and wait until it has begun to."""
    listening = server.servers[0]
    server.should_exit = True
    wait_until(lambda: not listening.is_serving())


def answer(connection: socket.socket) -> str:
    """Return the bytes received until the connection ends, or the response is complete."""
    text = ""
    while not text.endswith("hello") and (more := connection.recv(65536)):
        text += more.decode()
    return text


def assert_is_the_last_answer(connection: socket.socket) -> None:
    """Check that the request was answered, and that the connection then ends, as the response says."""
    last = answer(connection)
    assert last.startswith("HTTP/1.1 200 OK\r\n")
    assert "\r\nconnection: close\r\n" in last
    assert connection.recv(1) == b""


def test_a_request_that_comes_while_the_server_ends_is_answered(server: uvicorn.Server):
    with connected(server) as connection:
        end(server)
        connection.sendall(REQUEST)
        assert_is_the_last_answer(connection)


def test_so_is_one_on_a_connection_that_was_kept(server: uvicorn.Server):
    with connected(server) as connection:
        connection.sendall(REQUEST)
        assert "connection: close" not in answer(connection)
        end(server)
        connection.sendall(REQUEST)
        assert_is_the_last_answer(connection)


def test_nobody_is_waited_for_who_does_not_ask(server: uvicorn.Server):
    with connected(server) as connection:
        end(server)
        assert answer(connection) == ""
