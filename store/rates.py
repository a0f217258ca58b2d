"""How often clients call, counted in the broker: one counter for each of them, each API and each window of time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from store.counters import counters, nameless

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How many requests there may be within each window."""

    requests: int
    window: timedelta

    def began(self, now: datetime) -> datetime:
        """Return when the window that holds `now` began. Windows stand one beside the other since 1970."""
        return now - (now - _EPOCH) % self.window

    def untouched(self, now: datetime) -> "Usage":
        """Return how much is used where nothing was counted."""
        return Usage(limit=self.requests, counted=0, resets_in=self.began(now) + self.window - now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How much of an allowance is used in the window that runs; `counted` goes on where the limit is passed."""

    limit: int
    counted: int
    resets_in: timedelta

    @property
    def used(self) -> int:
        """Return how many requests were let through."""
        return min(self.counted, self.limit)

    @property
    def is_passed(self) -> bool:
        """Return whether the request that was counted last is one too many."""
        return self.counted > self.limit

    @property
    def is_just_passed(self) -> bool:
        """Return whether it is the first of those."""
        return self.counted == self.limit + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Calling:
    """What is counted together: one client, in one domain, at one API."""

    client: str
    domain_id: int | None
    api: str

    @property
    def key(self) -> str:
        """Return what it is called in the broker."""
        return f"requests/{self.domain_id or '-'}/{nameless(self.client)}/{self.api}"


class Rates:
    """The counters in the broker at `url`."""

    def __init__(self, url: str, allowance: Allowance) -> None:
        self.allowance = allowance
        self._counters = counters(url)

    def count(self, calling: Calling, now: datetime) -> Usage:
        """Count one request more, in one round trip, and return how much is used with it.

        Raises:
            BrokerUnreachable: the broker cannot be reached, or does not count.
        """
        untouched = self.allowance.untouched(now)
        began = int(self.allowance.began(now).timestamp())
        seconds = int(self.allowance.window.total_seconds())
        counted = self._counters.incr(f"{calling.key}/{began}", seconds)
        return Usage(limit=untouched.limit, counted=counted, resets_in=untouched.resets_in)
