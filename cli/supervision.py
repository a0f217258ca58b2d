"""The process manager: supervisor in the foreground, taught to be prompt, to keep trying, to leave nobody.

`python -m cli.supervision <configuration>` runs until it gets SIGTERM, or until who started it is gone.
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

_LOOK_AGAIN_SECONDS: Final = 0.2
#: What dies as soon as it starts is started again after a second, two, three, and at last after this many.
_LONGEST_PAUSE_SECONDS: Final = 5


class PromptPoller(Poller):
    """Waits for a fifth of a second where supervisor waits for one, since it sees signals only afterwards."""

    def poll(self, timeout: float) -> tuple[list[int], list[int]]:
        """Return what can be read and what can be written, within `timeout` seconds at most."""
        ready: tuple[list[int], list[int]] = super().poll(min(timeout, _LOOK_AGAIN_SECONDS))
        return ready


class Options(ServerOptions):
    """Supervisor's options, which are also its way to the operating system."""

    poller: Poller

    def __init__(self) -> None:
        super().__init__()
        self.poller.close()
        self.poller = PromptPoller(self)

    def setpgrp(self) -> None:
        """Give a child, which calls this, a group of its own; on Linux it is stopped when we are killed."""
        super().setpgrp()
        with suppress(OSError):
            set_pdeathsig(signal.SIGTERM)


class Manager(Supervisor):
    """Supervisor, which ends with the process that started it."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.parent = os.getppid()

    def runforever(self) -> None:
        """Start everything at once, where supervisor would wait for a moment first, and go on as it does."""
        events.subscribe(events.ProcessStateBackoffEvent, keep_trying)
        events.subscribe(events.ProcessStateEvent, leave_nobody_behind)
        groups = sorted(self.process_groups.values())
        processes = [process for group in groups for process in group.processes.values()]
        # Not in the data folder: the path of a socket has room for a hundred characters.
        with TemporaryDirectory(prefix="presently-") as folder:
            self.watchdog = Watchdog(processes, Path(folder), tell=self.options.logger.warn)
            for group in groups:
                group.transition()
            super().runforever()

    def tick(self, now: float | None = None) -> None:
        """Do what supervisor does once in a while, kill what is frozen, and stop everything if our parent is gone."""
        super().tick(now)
        self.watchdog.look()
        if os.getppid() != self.parent:
            self.options.mood = SupervisorStates.SHUTDOWN


def keep_trying(event: events.ProcessStateBackoffEvent) -> None:
    """Keep the pause before the next try short; supervisor makes each a second longer, and gives up."""
    event.process.backoff = min(event.process.backoff, _LONGEST_PAUSE_SECONDS - 1)


def leave_nobody_behind(event: events.ProcessStateEvent) -> None:
    """Kill what a dead process left in its group: uvicorn's workers would keep the port, Celery's a task."""
    has_ended = isinstance(
        event,
        events.ProcessStateExitedEvent | events.ProcessStateBackoffEvent | events.ProcessStateStoppedEvent,
    )
    # A process that could not be started has the pid 0, which would mean our own group.
    if has_ended and event.process.pid > 0:
        with suppress(ProcessLookupError):
            os.killpg(event.process.pid, signal.SIGKILL)


def main(configuration: str) -> None:
    """Run supervisor with the file `configuration`."""
    log_outage.tell_once()
    options = Options()
    options.realize(["--configuration", configuration], doc=__doc__)
    options.first = True
    options.test = False
    with suppress(ExitNow):
        Manager(options).main()


if __name__ == "__main__":
    main(sys.argv[1])
