"""Logs that cannot be written: a line at the terminal once an outage, in place of supervisor's tracebacks."""

import sys
import time
from datetime import timedelta
from typing import Final

from supervisor.loggers import Handler

#: After so long without a failed write, the next one is another outage.
_OVER_AFTER: Final = timedelta(minutes=1)


class LogOutage:
    """Tells of the first write that fails, and of no further one until writing has worked for a while."""

    def __init__(self) -> None:
        self._last_failure: float | None = None

    def tell(self, reason: BaseException | None) -> None:
        """Tell of a write that failed for this reason."""
        now = time.monotonic()
        is_another = self._last_failure is None or now - self._last_failure > _OVER_AFTER.total_seconds()
        self._last_failure = now
        if is_another:
            why = getattr(reason, "strerror", None) or reason
            sys.stderr.write(
                f"presently: the logs cannot be written ({why}), and everything goes on without them; "
                "./presently doctor says what else is wrong.\n"
            )
            sys.stderr.flush()


def tell_once() -> None:
    """Let every log of supervisor, its own and those of the processes, tell so from here on."""
    outage = LogOutage()

    def handle_error(_: Handler) -> None:
        outage.tell(sys.exception())

    Handler.handleError = handle_error
