"""Failed logins, counted in the broker by account and by address, so that nobody guesses on and on."""

import time
from dataclasses import dataclass
from datetime import timedelta

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.strategies import MovingWindowRateLimiter

from store.counters import counters, nameless, neighbourhood


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How many logins may fail within the window."""

    per_account: int
    per_address: int
    window: timedelta


class Throttle:
    """The failed logins that the broker at `url` counts.

    Every method raises `redis.exceptions.RedisError` when the broker cannot be reached.
    """

    def __init__(self, url: str, allowance: Allowance) -> None:
        self._limiter = MovingWindowRateLimiter(counters(url))
        seconds = max(int(allowance.window.total_seconds()), 1)
        self._account = RateLimitItemPerSecond(allowance.per_account, seconds, "failed-logins/account")
        self._address = RateLimitItemPerSecond(allowance.per_address, seconds, "failed-logins/address")

    def wait(self, account: str, address: str) -> timedelta | None:
        """Return how long no login to this account, or from this address, is looked at; `None` if it is now."""
        waits = [
            self._limiter.get_window_stats(limit, key).reset_time - time.time()  # noqa: TID251 (as the library counts)
            for limit, key in self._counted(account, address)
            if not self._limiter.test(limit, key)
        ]
        if not waits:
            return None
        # What somebody else wrote there may be any number.
        return timedelta(seconds=min(max(*waits, 1.0), self._account.get_expiry()))

    def count(self, account: str, address: str) -> None:
        """Remember that a login to this account from this address failed."""
        for limit, key in self._counted(account, address):
            self._limiter.hit(limit, key)

    def _counted(self, account: str, address: str) -> tuple[tuple[RateLimitItem, str], ...]:
        return (self._account, nameless(account.lower())), (self._address, neighbourhood(address))
