"""Connections to the broker, and the errors of one that does not answer or does not accept writes."""

from typing import Final

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry

BrokerUnreachable = RedisError
BrokerTakesNoWrites = ResponseError

_TIMEOUT_SECONDS: Final = 1.0


def connect(url: str) -> Redis:
    """Return a client of the broker at `url`. It connects when it is first used."""
    return Redis.from_url(
        url,
        decode_responses=True,
        encoding_errors="replace",  # a scan also meets keys of others
        socket_timeout=_TIMEOUT_SECONDS,
        socket_connect_timeout=_TIMEOUT_SECONDS,
        retry=one_retry(),
    )


def one_retry() -> Retry:
    """Retry once, for a connection lost when the broker restarted; the library's default retries for seconds."""
    return Retry(NoBackoff(), 1)
