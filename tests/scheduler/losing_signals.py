"""Beat with a scheduler in which exceptions of signal handlers are lost, as in a callback from C."""

import os
import signal
from contextlib import suppress
from typing import Any

from scheduler.__main__ import Beat
from scheduler.app import app
from scheduler.beat import DueScheduler


class SignalLosingScheduler(DueScheduler):
    """Beat's scheduler, which gets SIGTERM in each tick and loses the exception of the handler."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Tick as beat does, after SIGTERM."""
        with suppress(SystemExit):
            os.kill(os.getpid(), signal.SIGTERM)
        return super().tick(*args, **kwargs)


if __name__ == "__main__":
    Beat(
        app=app, quiet=True, scheduler=f"{SignalLosingScheduler.__module__}:{SignalLosingScheduler.__name__}"
    ).run()
