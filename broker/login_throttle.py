"""Limits failed logins, counted in the broker by account and by address, to stop password guessing."""

import time
from dataclasses import dataclass
from datetime import timedelta

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.strategies import MovingWindowRateLimiter

from broker.counters import counters
from broker.keys import hashed_key, network_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedLoginLimits:
    """The number of failed logins that are allowed within the window."""

    per_account: int
    per_address: int
    window: timedelta


class LoginThrottle:
    """The counters of failed logins in the broker at `url`.

    Every method raises `BrokerUnreachable` when the broker cannot be reached.
    """

    def __init__(self, url: str, limits: FailedLoginLimits) -> None:
        self._limiter = MovingWindowRateLimiter(counters(url))
        seconds = max(int(limits.window.total_seconds()), 1)
        self._account = RateLimitItemPerSecond(limits.per_account, seconds, "failed-logins/account")
        self._address = RateLimitItemPerSecond(limits.per_address, seconds, "failed-logins/address")

    def wait(self, account: str, address: str) -> timedelta | None:
        """Return how long logins to this account or from this address are refused; `None` if they are allowed."""
        waits = [
            self._limiter.get_window_stats(limit, key).reset_time - time.time()  # noqa: TID251 (as the library counts)
            for limit, key in self._counted(account, address)
            if not self._limiter.test(limit, key)
        ]
        if not waits:
            return None
        # Somebody else may have written any number there.
        return timedelta(seconds=min(max(*waits, 1.0), self._account.get_expiry()))

    def record_failure(self, account: str, address: str) -> None:
        """Count a failed login to this account from this address."""
        for limit, key in self._counted(account, address):
            self._limiter.hit(limit, key)

    def _counted(self, account: str, address: str) -> tuple[tuple[RateLimitItem, str], ...]:
        return (self._account, hashed_key(account.lower())), (self._address, network_of(address))
