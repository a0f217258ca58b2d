"""Counters of the library `limits` in the broker; a module of its own, because beat and workers need no `limits`."""

from typing import Final

from limits.storage import RedisStorage
from redis import ConnectionPool

from broker.connection import one_retry

#: Short, since requests wait for it.
_TIMEOUT_SECONDS: Final = 0.5


def counters(url: str) -> RedisStorage:
    """Return the counters in the broker at `url`. Their methods raise `BrokerUnreachable`."""
    pool = ConnectionPool.from_url(
        url,
        socket_timeout=_TIMEOUT_SECONDS,
        socket_connect_timeout=_TIMEOUT_SECONDS,
        retry=one_retry(),
    )
    return RedisStorage("redis://", connection_pool=pool, key_prefix="presently")
