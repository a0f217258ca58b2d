"""Counters in the broker: the connection, and the keys."""

import hashlib
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

from limits.storage import RedisStorage
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.retry import Retry

#: Short, since requests wait for it.
_TIMEOUT_SECONDS: Final = 0.5

#: A household or office has at least an IPv6 /64 (RFC 6177), and can send from every address in it.
_IPV6_PREFIX: Final = 64


def counters(url: str) -> RedisStorage:
    """Return the counters in the broker at `url`. Their methods raise `RedisError` if it is unreachable."""
    pool = ConnectionPool.from_url(
        url,
        socket_timeout=_TIMEOUT_SECONDS,
        socket_connect_timeout=_TIMEOUT_SECONDS,
        # One retry, for a connection that was lost when the broker restarted.
        retry=Retry(NoBackoff(), 1),
    )
    return RedisStorage("redis://", connection_pool=pool, key_prefix="presently")


def nameless(name: str) -> str:
    """Return a hash of a name for use in a key, so that the broker's keys show no names or addresses."""
    return hashlib.sha256(name.encode(errors="replace")).hexdigest()[:32]


def neighbourhood(address: str) -> str:
    """Return the network that an address is counted in: an IPv4 address itself, the /64 of an IPv6 address.

    Anything else, such as the name of a socket, is returned unchanged.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    match parsed:
        case IPv4Address():
            return str(parsed)
        case IPv6Address(ipv4_mapped=None):
            return str(IPv6Network((int(parsed), _IPV6_PREFIX), strict=False))
        case _:
            return str(parsed.ipv4_mapped)
