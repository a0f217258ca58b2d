"""Connections to the broker, and the errors of one that does not answer or does not accept writes."""

from typing import Final

from limits.storage import RedisStorage
from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry

BrokerUnreachable = RedisError
BrokerTakesNoWrites = ResponseError

_TIMEOUT_SECONDS: Final = 1.0
#: Short, since requests wait for it.
_COUNTER_TIMEOUT_SECONDS: Final = 0.5


def connect(url: str) -> Redis:
    """Return a client of the broker at `url`. It connects when it is first used."""
    return Redis.from_url(
        url,
        decode_responses=True,
        encoding_errors="replace",  # a scan also meets keys of others
        socket_timeout=_TIMEOUT_SECONDS,
        socket_connect_timeout=_TIMEOUT_SECONDS,
        retry=_one_retry(),
    )


def counters(url: str) -> RedisStorage:
    """Return the counters in the broker at `url`. Their methods raise `BrokerUnreachable`."""
    pool = ConnectionPool.from_url(
        url,
        socket_timeout=_COUNTER_TIMEOUT_SECONDS,
        socket_connect_timeout=_COUNTER_TIMEOUT_SECONDS,
        retry=_one_retry(),
    )
    return RedisStorage("redis://", connection_pool=pool, key_prefix="presently")


def _one_retry() -> Retry:
    """Retry once, for a connection lost when the broker restarted; the library's default retries for seconds."""
    return Retry(NoBackoff(), 1)
