"""Rate limits: how many requests a client may send to each API. Headers report the usage; more is refused.

No request waits for a broker that is down: it passes without a limit, and `/metrics` counts it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil
from typing import Final

import structlog
from fastapi import Request
from prometheus_client import Counter
from starlette.types import Scope

from api.deps import moment
from broker.circuit_breaker import CircuitBreaker
from broker.connection import BrokerUnreachable
from broker.rate_limiter import RateLimiter, RateLimitKey, RateLimitUsage
from domain.refusals import TooManyRequests

_log: Final = structlog.get_logger("presently.rates")

_UNCOUNTED: Final = Counter(
    "presently_requests_uncounted",
    "Requests without a rate limit, because the broker could not be reached.",
)


class RateLimits:
    """Counts requests with `limiter`, without waiting for a broker that is down."""

    def __init__(self, limiter: RateLimiter) -> None:
        self._limiter = limiter
        self._breaker = CircuitBreaker()

    async def count(self, key: RateLimitKey, now: datetime) -> RateLimitUsage:
        """Count this request, and return the usage including it; an unused limit if the broker is down."""
        if self._breaker.allows_call():
            try:
                usage = await self._limiter.count(key, now)
            except BrokerUnreachable as reason:
                self._record_failure(reason)
            else:
                self._record_success()
                return usage
        _UNCOUNTED.inc()
        return self._limiter.limit.unused(now)

    async def close(self) -> None:
        """Close the connection to the broker."""
        await self._limiter.close()

    def _record_failure(self, reason: Exception) -> None:
        if self._breaker.record_failure():
            _log.warning(
                "Requests are not limited: the broker cannot be reached.", kind=type(reason).__name__
            )

    def _record_success(self) -> None:
        if self._breaker.record_success():
            _log.info("Requests are limited again.")


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
