"""Authenticates logins, one at a time, so that password hashing cannot starve other requests."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import BoundedSemaphore
from typing import Final, TypeVar

import structlog
from prometheus_client import Counter

from broker.circuit_breaker import CircuitBreaker
from broker.connection import BrokerUnreachable
from broker.login_throttle import LoginThrottle
from domain.credentials import Login
from domain.refusals import LoginRefused, TooManyLogins
from services import logins
from services.logins import Attempt
from store.store import Store

_log: Final = structlog.get_logger("presently.login")

_LOGINS: Final = Counter("presently_logins", "Logins, by outcome.", ["outcome"])
_UNCOUNTED: Final = Counter(
    "presently_logins_uncounted",
    "Logins without a limit, because the broker could not be reached.",
)
for _outcome in ("granted", "refused", "throttled"):
    _LOGINS.labels(_outcome)

#: Checking a password keeps one core busy. Other requests have the other cores, and threads of their own.
LOGINS_AT_ONCE: Final = 1
#: How many logins may wait or run; with more, one would wait a second or longer. Any other is refused at once.
_MOST_WAITING: Final = 32


Answer = TypeVar("Answer")


class LoginAuthenticator:
    """Checks passwords one after the other, except where too many logins have failed."""

    def __init__(self, throttle: LoginThrottle) -> None:
        self._throttle = throttle
        self._threads = ThreadPoolExecutor(LOGINS_AT_ONCE, thread_name_prefix="login")
        self._slots = BoundedSemaphore(_MOST_WAITING)
        self._breaker = CircuitBreaker()

    async def authenticate(self, store: Store, attempt: Attempt) -> Login:
        """Log in when it is this attempt's turn, and return the login.

        Raises:
            WrongPassword: the account does not exist, or the password is wrong.
            MayNotLogIn: the account has no role, or is deactivated.
            TooManyLogins: too many logins failed for this account or from this address, or too many wait.
        """
        if not self._slots.acquire(blocking=False):
            _LOGINS.labels("throttled").inc()
            raise TooManyLogins
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(
                self._threads, copy_context().run, self._authenticate, store, attempt
            )
        finally:
            self._slots.release()

    def close(self) -> None:
        """Shut the thread down, and cancel the logins that wait."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _authenticate(self, store: Store, attempt: Attempt) -> Login:
        self._check_throttle(attempt)
        try:
            login = logins.log_in(store, attempt)
        except LoginRefused:
            self._record_failure(attempt)
            _LOGINS.labels("refused").inc()
            raise
        _LOGINS.labels("granted").inc()
        return login

    def _check_throttle(self, attempt: Attempt) -> None:
        """Raise `TooManyLogins` if too many logins failed. The broker counts them: without it there is no limit."""
        wait = self._ask_broker(self._throttle.wait, attempt)
        if self._breaker.is_open:
            _UNCOUNTED.inc()
        if wait is not None:
            _LOGINS.labels("throttled").inc()
            _log.warning("A login was refused: too many have failed.", address=attempt.address)
            raise TooManyLogins(wait)

    def _record_failure(self, attempt: Attempt) -> None:
        self._ask_broker(self._throttle.record_failure, attempt)
        if self._breaker.is_open:
            _log.warning("The failed login was not counted: the broker cannot be reached.")

    def _ask_broker(self, ask: Callable[[str, str], Answer], attempt: Attempt) -> Answer | None:
        """Query the broker about this attempt; return None if it cannot be reached."""
        if not self._breaker.allows_call():
            return None
        try:
            answer = ask(attempt.name, attempt.address)
        except BrokerUnreachable:
            self._breaker.record_failure()
            return None
        self._breaker.record_success()
        return answer
