"""The process manager: supervisor in the foreground, taught to be prompt, never to give up and to leave nobody behind.

`python -m cli.supervision <configuration>` runs until it gets SIGTERM, or until the process that started it is gone.
"""

import os
import signal
import sys
from contextlib import suppress
from typing import Final

from billiard.util import set_pdeathsig
from supervisor import events
from supervisor.medusa.asyncore_25 import ExitNow
from supervisor.options import ServerOptions
from supervisor.poller import Poller
from supervisor.states import SupervisorStates
from supervisor.supervisord import Supervisor

_LOOK_AGAIN_SECONDS: Final = 0.2
#: A process that dies as soon as it starts is started again after 1, 2, 3, and from then on this many seconds and one.
_LONGEST_PAUSE_SECONDS: Final = 4


class PromptPoller(Poller):
    """Waits for a fifth of a second where supervisor waits for a whole one, for it sees a signal only afterwards."""

    def poll(self, timeout: float) -> tuple[list[int], list[int]]:
        """Return what can be read and what can be written, within `timeout` seconds at most."""
        ready: tuple[list[int], list[int]] = super().poll(min(timeout, _LOOK_AGAIN_SECONDS))
        return ready


class Options(ServerOptions):
    """Supervisor's options, which are also its way to the operating system."""

    def __init__(self) -> None:
        super().__init__()
        self.poller.close()
        self.poller = PromptPoller(self)

    def setpgrp(self) -> None:
        """Make a process group for a child, which calls this; where Linux is, the child is stopped when we are killed."""
        super().setpgrp()
        with suppress(OSError):
            set_pdeathsig(signal.SIGTERM)


class Manager(Supervisor):
    """Supervisor, which ends with the process that started it."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.parent = os.getppid()

    def runforever(self) -> None:
        """Start everything at once, where supervisor would look around for a second first; then go on as it does."""
        events.subscribe(events.ProcessStateBackoffEvent, keep_trying)
        events.subscribe(events.ProcessStateEvent, leave_nobody_behind)
        for group in sorted(self.process_groups.values()):
            group.transition()
        super().runforever()

    def tick(self, now: float | None = None) -> None:
        """Do what supervisor does once in a while, and stop everything if our parent is gone."""
        super().tick(now)
        if os.getppid() != self.parent:
            self.options.mood = SupervisorStates.SHUTDOWN


def keep_trying(event: events.ProcessStateBackoffEvent) -> None:
    """Keep the pause before the next try short: supervisor makes each a second longer than the last, and gives up."""
    event.process.backoff = min(event.process.backoff, _LONGEST_PAUSE_SECONDS)


def leave_nobody_behind(event: events.ProcessStateEvent) -> None:
    """Kill what a dead process left in its group: uvicorn's workers would keep the port, Celery's their task."""
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
    options = Options()
    options.realize(["--configuration", configuration], doc=__doc__)
    options.first = True
    options.test = False
    with suppress(ExitNow):
        Manager(options).main()


if __name__ == "__main__":
    main(sys.argv[1])
