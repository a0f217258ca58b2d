"""Rate limiting: requests counted in the broker, by client, domain, API and time window."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from store.counters import counters, nameless

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """The number of requests that are allowed in each window."""

    requests: int
    window: timedelta

    def began(self, now: datetime) -> datetime:
        """Return the start of the window that contains `now`. Windows follow one another since 1970."""
        return now - (now - _EPOCH) % self.window

    def untouched(self, now: datetime) -> "Usage":
        """Return the usage before any request."""
        return Usage(limit=self.requests, counted=0, resets_in=self.began(now) + self.window - now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """The usage of an allowance in the current window; `counted` also counts requests beyond the limit."""

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
class Calling:
    """The requests that share a counter: one client, in one domain, at one API."""

    client: str
    domain_id: int | None
    api: str

    @property
    def key(self) -> str:
        """Return the name of the counter in the broker."""
        return f"requests/{self.domain_id or '-'}/{nameless(self.client)}/{self.api}"


class Rates:
    """The counters in the broker at `url`."""

    def __init__(self, url: str, allowance: Allowance) -> None:
        self.allowance = allowance
        self._counters = counters(url)

    def count(self, calling: Calling, now: datetime) -> Usage:
        """Count one request, in one round trip, and return the usage including it.

        Raises:
            BrokerUnreachable: the broker cannot be reached, or refuses to count.
        """
        untouched = self.allowance.untouched(now)
        began = int(self.allowance.began(now).timestamp())
        seconds = int(self.allowance.window.total_seconds())
        counted = self._counters.incr(f"{calling.key}/{began}", seconds)
        return Usage(limit=untouched.limit, counted=counted, resets_in=untouched.resets_in)
