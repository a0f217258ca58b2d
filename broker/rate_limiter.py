"""Rate limiting: requests counted in the broker, by client, domain, API and time window."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from broker.keys import hashed_key
from broker.pipeline import Pipeline

#: Counts one more, and lets the first of a window set how long the counter lives. `EVAL` and not `EVALSHA`: the broker
#: keeps its scripts in memory, and so would have to be given this one again after each restart.
_COUNT: Final = """
local counted = redis.call("incr", KEYS[1])
if counted == 1 then
  redis.call("expire", KEYS[1], ARGV[1])
end
return counted
"""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """The number of requests that are allowed in each window."""

    requests: int
    window: timedelta

    def began(self, now: datetime) -> datetime:
        """Return the start of the window that contains `now`. Windows follow one another since 1970."""
        return now - (now - _EPOCH) % self.window

    def unused(self, now: datetime) -> "RateLimitUsage":
        """Return the usage before any request."""
        return RateLimitUsage(limit=self.requests, counted=0, resets_in=self.began(now) + self.window - now)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimitUsage:
    """The usage of a rate limit in the current window; `counted` also counts requests beyond the limit."""

    limit: int
    counted: int
    resets_in: timedelta

    @property
    def used(self) -> int:
        """Return the number of requests that were accepted."""
        return min(self.counted, self.limit)

    @property
    def is_passed(self) -> bool:
        """Return whether the request that was counted last is beyond the limit."""
        return self.counted > self.limit

    @property
    def is_just_passed(self) -> bool:
        """Return whether it is the first request beyond the limit."""
        return self.counted == self.limit + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimitKey:
    """The requests that share a counter: one client, in one domain, at one API."""

    client: str
    domain_id: int | None
    api: str

    @property
    def name(self) -> str:
        """Return the name of the counter in the broker."""
        return f"requests/{self.domain_id or '-'}/{hashed_key(self.client)}/{self.api}"


class RateLimiter:
    """The counters in the broker at `url`."""

    def __init__(self, url: str, limit: RateLimit) -> None:
        self.limit = limit
        self._pipeline = Pipeline(url)

    async def count(self, key: RateLimitKey, now: datetime) -> RateLimitUsage:
        """Count one request, in one round trip, and return the usage including it.

        Raises:
            BrokerUnreachable: the broker cannot be reached, or refuses to count.
        """
        unused = self.limit.unused(now)
        began = int(self.limit.began(now).timestamp())
        seconds = int(self.limit.window.total_seconds())
        counted = await self._pipeline.execute("EVAL", _COUNT, 1, f"presently:{key.name}/{began}", seconds)
        return RateLimitUsage(limit=unused.limit, counted=counted, resets_in=unused.resets_in)

    async def close(self) -> None:
        """Close the connection."""
        await self._pipeline.close()
