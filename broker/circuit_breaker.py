"""A circuit breaker: spares callers the wait for a broker that cannot be reached."""

import time
from typing import Final

#: While the circuit is open, one call in this time tries the broker again. It must last longer than a call waits.
_RETRY_EVERY_SECONDS: Final = 2.0


class CircuitBreaker:
    """Opens with the first failure; while it is open, one call at a time tries the broker; closes with a success.

    It is for one thread or one event loop.
    """

    def __init__(self) -> None:
        self.is_open = False
        self._retry_at = 0.0

    def allows_call(self) -> bool:
        """Decide whether this call may ask the broker. Each call that may reports a failure or a success."""
        if not self.is_open:
            return True
        if time.monotonic() < self._retry_at:
            return False
        self._wait_before_retry()
        return True

    def record_failure(self) -> bool:
        """Open the circuit; return whether it was closed."""
        was_closed = not self.is_open
        self.is_open = True
        self._wait_before_retry()
        return was_closed

    def record_success(self) -> bool:
        """Close the circuit; return whether it was open."""
        was_open = self.is_open
        self.is_open = False
        return was_open

    def _wait_before_retry(self) -> None:
        self._retry_at = time.monotonic() + _RETRY_EVERY_SECONDS
