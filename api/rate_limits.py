"""Rate limits: how many requests a client may send to each API. Headers report the usage; more is refused.

No request waits for a broker that is down: it passes without a limit, and `/metrics` counts it.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final

import structlog
from fastapi import Request, Response
from fastapi.routing import APIRoute
from prometheus_client import Counter
from starlette.types import Scope

from api.deps import moment
from broker.connection import BrokerUnreachable
from broker.keys import network_of
from broker.rate_limiter import RateLimiter, RateLimitKey, RateLimitUsage
from domain.refusals import TooManyRequests

_log: Final = structlog.get_logger("presently.rates")

_UNCOUNTED: Final = Counter(
    "presently_requests_uncounted",
    "Requests without a rate limit, because the broker could not be reached.",
)

#: While the broker cannot be reached, one request tries it again after this time…
_PAUSE_SECONDS: Final = 2.0
#: …and has an answer well before this time. The other requests do not wait for it.
_LONGEST_SECONDS: Final = 10.0


class RateLimits:
    """Counts requests with `limiter`, without waiting for a broker that is down.

    A thread of its own queries the broker, so that neither the event loop nor a thread for requests waits.
    """

    def __init__(self, limiter: RateLimiter) -> None:
        self._limiter = limiter
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="rates")
        self._is_gone = False
        self._missed_at = self._ask_again_at = 0.0

    async def count(self, key: RateLimitKey, now: datetime) -> RateLimitUsage:
        """Count this request, and return the usage including it; an unused limit if the broker is down."""
        asked_at = time.monotonic()
        usage = None
        if not self._is_gone or asked_at >= self._ask_again_at:
            self._ask_again_at = asked_at + _LONGEST_SECONDS
            loop = asyncio.get_running_loop()
            usage = await loop.run_in_executor(self._thread, self._ask, key, now, asked_at)
        if usage is None:
            _UNCOUNTED.inc()
            return self._limiter.limit.unused(now)
        return usage

    def close(self) -> None:
        """Shut the thread down, and cancel what waits for it."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _ask(self, key: RateLimitKey, now: datetime, asked_at: float) -> RateLimitUsage | None:
        if asked_at <= self._missed_at:
            # While this request waited in the queue, another one has found the broker unreachable.
            return None
        try:
            usage = self._limiter.count(key, now)
        except BrokerUnreachable as reason:
            self._miss(reason)
            return None
        if self._is_gone:
            _log.info("Requests are limited again.")
        self._is_gone = False
        return usage

    def _miss(self, reason: Exception) -> None:
        if not self._is_gone:
            _log.warning(
                "Requests are not limited: the broker cannot be reached.", kind=type(reason).__name__
            )
        self._is_gone = True
        self._missed_at = time.monotonic()
        self._ask_again_at = self._missed_at + _PAUSE_SECONDS


async def limit(
    request: Request, client: str, domain_id: int | None = None, *, api: str | None = None
) -> None:
    """Count the request for this client, and keep the usage for headers and log, whatever the response will be.

    It counts for `api`, by default the route that handles it.

    Raises:
        TooManyRequests: the client is over its limit.
    """
    api = api or f"{request.method} {request.scope['route'].path_format}"
    limits: RateLimits = request.app.state.rate_limits
    request.state.client = client
    usage = await limits.count(RateLimitKey(client=client, domain_id=domain_id, api=api), moment())
    request.state.rate_limit = usage
    if usage.is_just_passed:
        _log.warning("A client calls too often.", client=client, domain_id=domain_id, api=api)
    if usage.is_passed:
        raise TooManyRequests(usage.resets_in)


def headers(scope: Scope) -> Mapping[str, str]:
    """Return the rate limit headers for the response; empty if the request was not counted."""
    usage: RateLimitUsage | None = scope.get("state", {}).get("rate_limit")
    if usage is None:
        return {}
    return {
        "RateLimit-Limit": str(usage.limit),
        "RateLimit-Used": str(usage.used),
        "RateLimit-Remaining": str(usage.limit - usage.used),
        "RateLimit-Reset": seconds(usage.resets_in),
    }


def seconds(wait: timedelta) -> str:
    """Return `wait` in whole seconds for a header, rounded up."""
    return str(ceil(wait.total_seconds()))


class AddressLimitedRoute(APIRoute):
    """A route without authentication. It counts by address, since any other name could be somebody else's."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, with the rate limit before it."""
        handle = super().get_route_handler()

        async def limited(request: Request) -> Response:
            await limit(request, network_of(request.client.host if request.client else ""))
            return await handle(request)

        return limited
