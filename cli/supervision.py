"""The process manager: supervisor in the foreground, with faster polling, endless retries and no orphans.

`python -m cli.supervision <configuration>` runs until it gets SIGTERM, or until its parent has ended.
"""

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from billiard.util import set_pdeathsig  # type: ignore[attr-defined]  # its stubs lack it
from supervisor import events
from supervisor.medusa.asyncore_25 import ExitNow
from supervisor.options import ServerOptions
from supervisor.poller import Poller
from supervisor.states import SupervisorStates
from supervisor.supervisord import Supervisor

from cli import log_outage
from cli.watchdog import Watchdog

_POLL_SECONDS: Final = 0.2
#: A process that dies at its start is restarted after one second, two, three, and finally after this many.
_LONGEST_BACKOFF_SECONDS: Final = 5


# docs/workarounds.md#supervisor-poll
class PromptPoller(Poller):
    """Polls every 0.2 seconds instead of every second, because supervisor handles signals only between polls."""

    def poll(self, timeout: float) -> tuple[list[int], list[int]]:
        """Return the descriptors that can be read and written; wait at most `timeout` seconds."""
        ready: tuple[list[int], list[int]] = super().poll(min(timeout, _POLL_SECONDS))
        return ready


class Options(ServerOptions):
    """Supervisor's options, which also wrap its system calls."""

    poller: Poller

    def __init__(self) -> None:
        super().__init__()
        self.poller.close()
        self.poller = PromptPoller(self)

    # docs/workarounds.md#supervisor-parent-death
    def setpgrp(self) -> None:
        """Put the calling child into its own process group; on Linux it gets SIGTERM when its parent dies."""
        super().setpgrp()
        with suppress(OSError):
            set_pdeathsig(signal.SIGTERM)


# docs/workarounds.md#supervisor-parent-death
class Manager(Supervisor):
    """Supervisor that ends with the process that started it."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.parent = os.getppid()

    # docs/workarounds.md#supervisor-first-start
    def runforever(self) -> None:
        """Start all processes at once, without supervisor's initial wait, and run supervisor's loop."""
        events.subscribe(events.ProcessStateBackoffEvent, limit_backoff)
        events.subscribe(events.ProcessStateEvent, kill_orphans)
        groups = sorted(self.process_groups.values())
        processes = [process for group in groups for process in group.processes.values()]
        # Not in the data folder, because the path of a socket is limited to about a hundred characters.
        with TemporaryDirectory(prefix="presently-") as folder:
            self.watchdog = Watchdog(processes, Path(folder), warn=self.options.logger.warn)
            for group in groups:
                group.transition()
            super().runforever()

    def tick(self, now: float | None = None) -> None:
        """Do supervisor's periodic work, kill frozen processes, and stop everything if the parent has ended."""
        super().tick(now)
        self.watchdog.check()
        if os.getppid() != self.parent:
            self.options.mood = SupervisorStates.SHUTDOWN


# docs/workarounds.md#supervisor-backoff
def limit_backoff(event: events.ProcessStateBackoffEvent) -> None:
    """Limit the pause before the next retry, which supervisor makes a second longer each time."""
    event.process.backoff = min(event.process.backoff, _LONGEST_BACKOFF_SECONDS - 1)


# docs/workarounds.md#supervisor-orphans
def kill_orphans(event: events.ProcessStateEvent) -> None:
    """Kill the children of a dead process: uvicorn's workers would keep the port, Celery's a task."""
    has_ended = isinstance(
        event,
        events.ProcessStateExitedEvent | events.ProcessStateBackoffEvent | events.ProcessStateStoppedEvent,
    )
    # A process that could not be started has the pid 0, which stands for our own group.
    if has_ended and event.process.pid > 0:
        with suppress(ProcessLookupError):
            os.killpg(event.process.pid, signal.SIGKILL)


def main(configuration: str) -> None:
    """Run supervisor with the file `configuration`."""
    log_outage.report_once()
    options = Options()
    options.realize(["--configuration", configuration], doc=__doc__)
    options.first = True
    options.test = False
    with suppress(ExitNow):
        Manager(options).main()


if __name__ == "__main__":
    main(sys.argv[1])
