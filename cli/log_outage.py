"""Reports logs that cannot be written: one line at the terminal for each outage, not supervisor's tracebacks."""

import sys
import time
from datetime import timedelta
from typing import Final

from supervisor.loggers import Handler

#: After so long without a failed write, the next one is another outage.
_OVER_AFTER: Final = timedelta(minutes=1)


class LogOutage:
    """Reports the first write that fails, and no further one until a minute has passed without failures."""

    def __init__(self) -> None:
        self._last_failure: float | None = None

    def report(self, reason: BaseException | None) -> None:
        """Report a write that failed for this reason, unless the outage is reported already."""
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


# docs/workarounds.md#supervisor-log-errors
def report_once() -> None:
    """Make all logs of supervisor, its own and those of the processes, report failures this way."""
    outage = LogOutage()

    def handle_error(_: Handler) -> None:
        outage.report(sys.exception())

    Handler.handleError = handle_error
