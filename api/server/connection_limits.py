"""Limits the connections of one API process: closes those of slow clients, and idle ones when there are too many."""

import asyncio
import resource
from collections import defaultdict
from collections.abc import Iterable
from typing import Final, Protocol
from weakref import WeakKeyDictionary

import prometheus_client
from uvicorn.config import Config
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.server import ServerState

from broker.keys import network_of

#: File descriptors for other purposes: connections to store and broker, logs.
_RESERVED: Final = 64
#: The limit even with more file descriptors: a connection needs about 50 kB.
_MOST: Final = 4096
_FEWEST: Final = 16
#: One address may have a fourth of the connections; a proxy may have all.
_OF_ONE_ADDRESS: Final = 4

_CHECK_EVERY_SECONDS: Final = 1.0

_CUT: Final = prometheus_client.Counter(
    "presently_connections_cut", "Connections that the server ended before their client did.", ["reason"]
)
TOO_LARGE, TOO_SLOW, TOO_MANY, MALFORMED = "too large", "too slow", "too many", "malformed"
for _reason in (TOO_LARGE, TOO_SLOW, TOO_MANY, MALFORMED):
    _CUT.labels(_reason)


def count_cut(reason: str) -> None:
    """Count a connection that is cut for this reason."""
    _CUT.labels(reason).inc()


class Connection(Protocol):
    """A connection, as `Connections` uses it."""

    @property
    def peer(self) -> str | None:
        """Return the address of the other end, if it has one."""

    @property
    def waits_since(self) -> float | None:
        """Return since when the server waits for the client, by the loop's clock; None while it answers."""

    def check_deadlines(self, now: float) -> None:
        """End the connection if its client is too slow."""

    def cut(self) -> None:
        """End the connection at once."""


class Addresses(Protocol):
    """A set of addresses."""

    def __contains__(self, address: str, /) -> bool:
        """Check whether the set contains this address."""


class Connections:
    """The connections of one server. `trusted` are the addresses of its proxies."""

    def __init__(self, loop: asyncio.AbstractEventLoop, trusted: Addresses, most: int) -> None:
        self._loop = loop
        self._trusted = trusted
        self._most = most
        self._open: dict[str | None, set[Connection]] = defaultdict(set)
        self._count = 0
        self._is_checking = False

    def add(self, connection: Connection) -> None:
        """Add a new connection. At the limit, cut the one that has waited longest for its client."""
        address = self._counted_as(connection)
        others = self._open[address]
        if address is not None and len(others) >= self._most // _OF_ONE_ADDRESS:
            self._make_room(others, connection)
        elif self._count >= self._most:
            self._make_room(self._all(), connection)
        self._open[address].add(connection)
        self._count += 1
        if not self._is_checking:
            self._check_deadlines()

    def remove(self, connection: Connection) -> None:
        """Remove a connection that has ended."""
        address = self._counted_as(connection)
        if connection in self._open[address]:
            self._open[address].remove(connection)
            self._count -= 1
        if not self._open[address]:
            del self._open[address]

    def _counted_as(self, connection: Connection) -> str | None:
        """Return the address that the connection counts for; None for a proxy, which serves many clients."""
        peer = connection.peer
        return None if peer is None or peer in self._trusted else network_of(peer)

    def _all(self) -> list[Connection]:
        return [connection for connections in self._open.values() for connection in connections]

    def _make_room(self, others: Iterable[Connection], connection: Connection) -> None:
        """Cut the other connection that has waited longest for its client; if none waits, cut the new one."""
        waiting = [(since, id(other), other) for other in others if (since := other.waits_since) is not None]
        longest = min(waiting)[2] if waiting else connection
        count_cut(TOO_MANY)
        longest.cut()

    def _check_deadlines(self) -> None:
        """Check all deadlines once a second while there are connections."""
        now = self._loop.time()
        for connection in self._all():
            connection.check_deadlines(now)
        self._is_checking = self._count > 0
        if self._is_checking:
            self._loop.call_later(_CHECK_EVERY_SECONDS, self._check_deadlines)


_OF_SERVERS: Final[WeakKeyDictionary[ServerState, Connections]] = WeakKeyDictionary()


def connections_of(server: ServerState, config: Config, loop: asyncio.AbstractEventLoop) -> Connections:
    """Return the connections of a server, limited by its file descriptors."""
    if server not in _OF_SERVERS:
        app = config.loaded_app
        trusted = app.trusted_hosts if isinstance(app, ProxyHeadersMiddleware) else ()
        descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = max(_FEWEST, min(_MOST, descriptors - _RESERVED))
        _OF_SERVERS[server] = Connections(loop, trusted, most)
    return _OF_SERVERS[server]
