"""Counters in the broker: how they are reached, and what things are called there."""

import hashlib
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

from limits.storage import RedisStorage
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.retry import Retry

#: Requests wait for this.
_TIMEOUT_SECONDS: Final = 0.5

#: One household or office has at least this much of IPv6 (RFC 6177), and could call from anywhere in it.
_IPV6_PREFIX: Final = 64


def counters(url: str) -> RedisStorage:
    """Return the counters in the broker at `url`; whatever is asked of them raises `RedisError` when it is gone."""
    pool = ConnectionPool.from_url(
        url,
        socket_timeout=_TIMEOUT_SECONDS,
        socket_connect_timeout=_TIMEOUT_SECONDS,
        # Once more, for a connection that the broker's restart cut.
        retry=Retry(NoBackoff(), 1),
    )
    return RedisStorage("redis://", connection_pool=pool, key_prefix="presently")


def nameless(name: str) -> str:
    """Return what a name is counted under: whoever reads the broker's keys shall not find names and addresses."""
    return hashlib.sha256(name.encode(errors="replace")).hexdigest()[:32]


def neighbourhood(address: str) -> str:
    """Return who an address is counted with; what is none (a socket's name) stands for itself."""
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
