"""Beat with a scheduler in which whatever a signal raises is lost, as it is in a callback from C."""

import os
import signal
from contextlib import suppress
from typing import Any

from scheduler.__main__ import Beat
from scheduler.app import app
from scheduler.beat import DueScheduler


class DeafScheduler(DueScheduler):
    """Beat's scheduler, told to end in each tick, where it does not notice."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Do what beat does in a tick, having been told to end."""
        with suppress(SystemExit):
            os.kill(os.getpid(), signal.SIGTERM)
        return super().tick(*args, **kwargs)


if __name__ == "__main__":
    Beat(app=app, quiet=True, scheduler=f"{DeafScheduler.__module__}:{DeafScheduler.__name__}").run()
