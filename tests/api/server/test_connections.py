"""The limits of a request's head, of slow clients, and of the number of connections."""

import asyncio
import itertools
import shlex
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx
import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from api.server.connection_limits import Connections
from api.server.http_protocol import LARGEST_HEAD, GracefulHttpProtocol
from cli.ports import LOOPBACK
from config.settings import ROOT
from harness.processes import running
from harness.server import address, serving
from harness.waiting import wait_until

#: These tests measure how long connections last.
pytestmark = pytest.mark.alone

GET: Final = b"GET / HTTP/1.1\r\nHost: x\r\n"
PROTOCOL: Final = "--http=api.server.http_protocol:GracefulHttpProtocol"
POST: Final = b"POST / HTTP/1.1\r\nHost: x\r\n"


class Impatient(GracefulHttpProtocol):
    """The protocol with short deadlines, for tests."""

    head_seconds = 0.4
    body_pause_seconds = 0.4
    answer_pause_seconds = 0.4


async def size(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the size of the body."""
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


@pytest.fixture(scope="module")
def server() -> Iterator[uvicorn.Server]:
    """Run a server with the deadlines of production."""
    with serving(size) as started:
        yield started


@pytest.fixture(scope="module")
def impatient() -> Iterator[uvicorn.Server]:
    """Run a server with short deadlines."""
    with serving(size, protocol=Impatient) as started:
        yield started


@contextmanager
def connected(server: uvicorn.Server) -> Iterator[socket.socket]:
    """Open a connection to it."""
    with socket.create_connection(address(server), timeout=20) as connection:
        yield connection


def answer(connection: socket.socket) -> bytes:
    """Return the bytes received until the server closes the connection."""
    received = b""
    try:
        while more := connection.recv(65536):
            received += more
    except ConnectionResetError:
        pass
    return received


def ask(server: uvicorn.Server, *parts: bytes) -> bytes:
    """Send these parts, as many as the server accepts, and return the answer."""
    with connected(server) as connection:
        try:
            for part in parts:
                connection.sendall(part)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return answer(connection)


def status(received: bytes) -> int:
    """Return the status of an answer; 0 if there is none."""
    return int(received.split(b" ", 2)[1]) if received else 0


# --- heads


def header(length: int) -> bytes:
    """Return a header of this counted size: name, value, and 32 bytes."""
    return b"X: " + b"a" * (length - 33) + b"\r\n"


#: The counted size of the request line and the other headers of `GET`.
OTHERS: Final = len(b"/") + len(b"hostx") + len(b"connectionclose") + 2 * 32
CLOSE: Final = b"Connection: close\r\n\r\n"


def test_a_head_of_64_kb_is_read(server: uvicorn.Server):
    assert status(ask(server, GET, header(LARGEST_HEAD - OTHERS), CLOSE)) == 200


@pytest.mark.parametrize(
    "head",
    [
        [GET, header(LARGEST_HEAD - OTHERS + 1), CLOSE],
        [GET, *[header(64)] * 1024, CLOSE],
        [b"GET /", b"a" * LARGEST_HEAD, b" HTTP/1.1\r\n", CLOSE],
        # The server does not wait for the end of these.
        [GET, b"X: ", *[b"a" * 65536] * 100],
        [GET, b"a" * 65536 * 4],
        [b"GET /", *[b"a" * 65536] * 100],
        [GET, *[b"X: y\r\n" * 10_000] * 100],
    ],
    ids=[
        "one header",
        "many",
        "a path",
        "an endless header",
        "an endless name",
        "an endless path",
        "endless headers",
    ],
)
def test_a_larger_head_is_refused(server: uvicorn.Server, head: list[bytes]):
    assert status(ask(server, *head)) == 431


CHUNKED: Final = POST + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    "rest",
    [
        [b"1;", *[b"x" * 65536] * 100],
        [b"1\r\na\r\n0\r\nX: ", *[b"a" * 65536] * 100],
        [b"1\r\na\r\n0\r\n", *[b"X: y\r\n" * 10_000] * 100],
    ],
    ids=["an extension of a chunk", "a trailer", "trailers"],
)
def test_what_is_around_a_body_is_bounded_too(server: uvicorn.Server, rest: list[bytes]):
    assert status(ask(server, CHUNKED, *rest)) == 431


def test_a_body_may_come_in_chunks_with_extensions_and_trailers(server: uvicorn.Server):
    rest = [b"1;name=value\r\na\r\n"] * 20_000
    assert ask(server, CHUNKED, *rest, b"0\r\nX: y\r\n\r\n").endswith(b"20000")


def test_each_of_many_requests_on_a_connection_has_a_head_of_its_own(server: uvicorn.Server):
    one = GET + header(LARGEST_HEAD // 2) + b"\r\n"
    received = ask(server, *[one] * 20, GET + CLOSE)
    assert received.count(b"HTTP/1.1 200 OK") == 21


def test_a_web_socket_is_not_spoken_here(server: uvicorn.Server):
    upgrade = GET + b"Upgrade: websocket\r\nConnection: Upgrade, close\r\nSec-WebSocket-Key: x\r\n\r\n"
    assert status(ask(server, upgrade)) == 200


def test_a_refusal_is_as_careful_as_every_answer_and_has_the_form_of_its_path(
    server: uvicorn.Server, impatient: uvicorn.Server
):
    too_large = ask(server, b"GET /api/v1/about HTTP/1.1\r\nHost: x\r\n", header(LARGEST_HEAD), CLOSE)
    too_slow = ask(impatient, b"POST /v1.0/x HTTP/1.1\r\nX-Request-ID: a-1\r\nHost: x\r\n")
    for received in (too_large, too_slow):
        assert b"\r\nx-content-type-options: nosniff\r\n" in received.lower()
        assert b"\r\ncontent-security-policy: " in received.lower()
    assert too_large.endswith(b'are larger than 64 kB."}')
    assert b'{"message":' in too_large
    assert too_slow.endswith(
        b'{"code":"REQUEST_TIMEOUT","description":"The request took too long to arrive."}'
    )
    assert b"\r\nx-request-id: a-1\r\n" in too_slow.lower()


# --- deadlines


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        # A client that has not begun a request gets no response.
        (b"", 0),
        (b"\r\n", 0),
        (GET, 408),
        (b"GET / HT", 408),
        (POST + b"Content-Length: 100\r\n\r\nuser=", 408),
        (CHUNKED + b"5\r\nuser=", 408),
    ],
)
def test_who_stops_in_the_middle_of_a_request_is_not_waited_for(
    impatient: uvicorn.Server, sent: bytes, expected: int
):
    assert status(ask(impatient, sent)) == expected


def drip(connection: socket.socket, pieces: Iterator[bytes]) -> bytes:
    """Send a piece every tenth of a second until the connection ends, and return the answer."""
    connection.settimeout(0.1)
    for piece in pieces:
        try:
            connection.sendall(piece)
            if received := connection.recv(65536):
                return received
        except TimeoutError:
            continue
        except (BrokenPipeError, ConnectionResetError):
            break
        break
    return b""


def test_a_head_that_comes_byte_by_byte_is_not_waited_for(impatient: uvicorn.Server):
    with connected(impatient) as connection:
        connection.sendall(GET)
        assert status(drip(connection, itertools.repeat(b"X: y\r\n"))) == 408


def test_empty_lines_are_no_request(impatient: uvicorn.Server):
    with connected(impatient) as connection:
        assert drip(connection, itertools.repeat(b"\r\n")) == b""


def test_a_body_that_comes_byte_by_byte_is_not_waited_for(impatient: uvicorn.Server):
    with connected(impatient) as connection:
        connection.sendall(POST + b"Content-Length: 100000\r\n\r\n")
        assert status(drip(connection, itertools.repeat(b"x"))) == 408


def test_a_body_that_comes_slowly_but_surely_is_read(impatient: uvicorn.Server):
    pieces = 25  # five times the limit of silence
    with connected(impatient) as connection:
        connection.sendall(POST + b"Content-Length: %d\r\n\r\n" % (100 * pieces))
        assert drip(connection, itertools.repeat(b"x" * 100, pieces)).endswith(b"2500")


def test_a_request_may_take_its_time_to_be_answered():
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(2)
        await size(scope, receive, send)

    with serving(slow, protocol=Impatient) as server:
        assert status(ask(server, POST + b"Content-Length: 1\r\nConnection: close\r\n\r\nx")) == 200


def test_an_answer_that_nobody_reads_is_not_kept():
    over = asyncio.Event()

    async def endless(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        message = {"type": "http.response.body", "body": b"x" * 1_000_000, "more_body": True}
        while serves.server_state.connections:
            await send(message)
        over.set()

    with serving(endless, protocol=Impatient) as serves, connected(serves) as connection:
        connection.sendall(GET + b"\r\n")
        wait_until(over.is_set)


def test_a_connection_is_kept_for_the_next_request(impatient: uvicorn.Server):
    host, port = address(impatient)
    with httpx.Client(base_url=f"http://{host}:{port}") as client:
        for _ in range(3):
            assert client.post("/", content=b"abc").text == "3"
            assert len(impatient.server_state.connections) == 1


# --- how many


@dataclass(eq=False)
class Waiting:
    """A connection, as `Connections` sees it."""

    peer: str | None
    waits_since: float | None
    is_cut: bool = field(default=False, init=False)

    def check_deadlines(self, now: float) -> None:
        """Have none."""

    def cut(self) -> None:
        """End."""
        self.is_cut = True


@pytest.fixture
def connections() -> Iterator[Connections]:
    """Return the limits of a server: forty connections, ten for each address except the proxy's."""
    loop = asyncio.new_event_loop()
    yield Connections(loop, trusted=["192.0.2.1"], most=40)
    loop.close()


def added(connections: Connections, *new: Waiting) -> list[Waiting]:
    """Add these connections, and return those that were closed."""
    for connection in new:
        connections.add(connection)
    return [connection for connection in new if connection.is_cut]


def test_an_address_has_a_part_of_all_connections(connections: Connections):
    first = [Waiting("192.0.2.7", float(number)) for number in range(10)]
    assert added(connections, *first) == []
    assert added(connections, Waiting("192.0.2.8", 0.0)) == []
    # The connection that waits longest for its client is closed; addresses of one IPv6 network count as one.
    assert added(connections, Waiting("192.0.2.7", 10.0)) == []
    assert [connection.is_cut for connection in first] == [True] + [False] * 9
    network = [Waiting(f"2001:db8::{number}", 1.0) for number in range(11)]
    assert len(added(connections, *network)) == 1


def test_behind_a_proxy_everybody_may_be(connections: Connections):
    assert added(connections, *(Waiting("192.0.2.1", 1.0) for _ in range(40))) == []


def test_when_there_are_as_many_as_can_be_the_one_that_is_idle_longest_goes(connections: Connections):
    busy = [Waiting("192.0.2.1", None) for _ in range(39)]
    idle = Waiting("192.0.2.1", 5.0)
    assert added(connections, *busy, idle) == []
    assert added(connections, Waiting("192.0.2.9", 6.0)) == []
    assert idle.is_cut
    connections.remove(idle)


def test_when_all_are_busy_the_new_one_goes(connections: Connections):
    new = Waiting("192.0.2.9", 6.0)
    assert added(connections, *(Waiting("192.0.2.1", None) for _ in range(40)), new) == [new]


def test_more_idle_connections_than_descriptors_shut_nobody_out(tmp_path: Path):
    with socket.create_server((LOOPBACK, 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", f"{__name__}:size", f"--port={port}", PROTOCOL]

    def is_answered() -> bool:
        try:
            return httpx.get(f"http://{LOOPBACK}:{port}/", timeout=5).text == "0"
        except httpx.HTTPError:
            return False

    few = ["bash", "-c", f"ulimit -n 200; exec {shlex.join(command)}"]
    with running(few, log=tmp_path / "log", is_ready=is_answered, cwd=ROOT), ExitStack() as idle:
        for _ in range(230):
            idle.enter_context(socket.create_connection((LOOPBACK, port), timeout=20))
        assert is_answered()
