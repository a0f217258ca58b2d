"""The process manager, with small programs instead of Presently's."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from cli import processes, supervision
from cli.processes import Process, StartGroup
from config.settings import Settings
from harness.processes import is_gone, running
from harness.waiting import wait_until

#: How long a program that reports to the watchdog may be silent.
WATCHDOG_TIMEOUT = timedelta(seconds=3)

FOREVER = "import os, time; os.write(1, b'%d\\n' % os.getpid()); time.sleep(600)"
#: Forks, as Celery and uvicorn do; both processes print their pid.
WITH_A_CHILD = "import os; os.fork(); " + FOREVER
#: Reports for ever, as beat and worker do.
REPORTING = (
    "import os, time; from config import watchdog; os.write(1, b'%d\\n' % os.getpid()); "
    "any(watchdog.report() or time.sleep(0.05) for _ in iter(int, 1))"
)
IGNORING_SIGTERM = "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + FOREVER


def prepare(folder: Path, **programs: str) -> None:
    """Write a configuration into `folder` for the manager, with these Python programs by name."""
    command = (Path(sys.executable).name, "-c")
    wanted = [
        Process(
            name,
            StartGroup.SERVERS,
            (*command, program),
            watchdog_timeout=WATCHDOG_TIMEOUT if "watchdog" in program else None,
        )
        for name, program in programs.items()
    ]
    (folder / "logs").mkdir()
    (folder / processes.CONFIGURATION).write_text(processes.configuration(wanted))


@contextmanager
def managing(
    folder: Path, *command: str, is_ready: Callable[[], object]
) -> Iterator[subprocess.Popen[bytes]]:
    environment = processes.environment(Settings(data=folder), None)
    log = folder / "terminal"
    with running(command, log=log, is_ready=is_ready, environment=environment, cwd=folder) as process:
        yield process


@pytest.fixture
def manage(tmp_path, printed_pids):
    """Return a function that runs the manager with these Python programs, and returns its process."""
    with ExitStack() as managers:

        def start(**programs: str) -> subprocess.Popen[bytes]:
            prepare(tmp_path, **programs)
            return managers.enter_context(
                managing(tmp_path, *processes.MANAGER, is_ready=lambda: all(map(printed_pids, programs)))
            )

        yield start


@pytest.fixture
def printed_pids(tmp_path) -> Callable[[str], list[int]]:
    """Return a function that returns the pids that the program of that name has printed so far."""

    def read(name: str) -> list[int]:
        log = tmp_path / "logs" / f"{name}.log"
        return list(map(int, log.read_text().split())) if log.exists() else []

    return read


@pytest.fixture
def log(tmp_path) -> Callable[[], str]:
    """Return a function that returns the manager's log so far."""
    read: Callable[[], str] = (tmp_path / "logs" / "supervisor.log").read_text
    return read


def freeze(pids: Sequence[int], *, for_seconds: float) -> None:
    """Stop these processes, as on a suspended machine; the manager goes on first."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(for_seconds)  # a frozen process shows nothing
    for pid in pids:
        os.kill(pid, signal.SIGCONT)


def test_what_is_killed_is_started_again(manage, printed_pids):
    manage(killed=FOREVER)

    os.kill(printed_pids("killed")[0], signal.SIGKILL)

    wait_until(lambda: len(printed_pids("killed")) == 2)


def test_what_is_frozen_is_killed_and_started_again(manage, printed_pids, log):
    manage(frozen=REPORTING)
    frozen = printed_pids("frozen")[0]

    os.kill(frozen, signal.SIGSTOP)

    wait_until(lambda: len(printed_pids("frozen")) == 2)
    assert f"killed: frozen (pid {frozen}), frozen: no report for " in log()


def test_what_goes_on_reporting_and_what_was_never_asked_to_is_left_alone(manage, printed_pids, log):
    manage(reporting=REPORTING, frozen=FOREVER, another=REPORTING)
    os.kill(printed_pids("frozen")[0], signal.SIGSTOP)

    os.kill(printed_pids("another")[0], signal.SIGSTOP)
    wait_until(lambda: len(printed_pids("another")) == 2)

    assert log().count("killed: ") == 1
    assert len(printed_pids("reporting")) == len(printed_pids("frozen")) == 1


def test_nobody_is_killed_for_silence_while_the_manager_was_frozen(manage, printed_pids, log):
    manager = manage(reporting=REPORTING)
    everybody = [manager.pid, printed_pids("reporting")[0]]

    freeze(everybody, for_seconds=6)
    # A restarted process would have been killed twice by now.
    os.kill(printed_pids("reporting")[0], signal.SIGSTOP)
    wait_until(lambda: len(printed_pids("reporting")) == 2)

    assert log().count("killed: ") == 1


@pytest.mark.parametrize("status", [0, 1])
def test_what_ends_at_once_is_tried_again_and_again(manage, printed_pids, status):
    manage(hasty=f"import os, sys; print(os.getpid()); sys.exit({status})")

    wait_until(lambda: len(printed_pids("hasty")) == 3)


def test_it_never_waits_longer_than_five_seconds_before_it_tries_again():
    process = SimpleNamespace(backoff=0)

    for _ in range(1000):
        process.backoff += 1  # as supervisor does before it waits for so many seconds
        assert process.backoff <= 5
        supervision.limit_backoff(SimpleNamespace(process=process))


def test_what_a_killed_one_had_started_goes_with_it(manage, printed_pids):
    manage(parent=WITH_A_CHILD)
    wait_until(lambda: len(printed_pids("parent")) == 2)
    parent, child = sorted(printed_pids("parent"))  # the parent has the lower pid

    os.kill(parent, signal.SIGKILL)

    wait_until(lambda: is_gone(child))
    wait_until(lambda: len(printed_pids("parent")) == 4)


def test_what_does_not_stop_when_asked_is_killed_after_its_grace(manage, printed_pids):
    manager = manage(stubborn=IGNORING_SIGTERM, willing=FOREVER)

    manager.terminate()

    assert manager.wait(10) == 0
    assert is_gone(printed_pids("stubborn")[0])
    assert is_gone(printed_pids("willing")[0])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent was killed")
def test_a_killed_manager_takes_its_processes_along(manage, printed_pids):
    manager = manage(orphan=FOREVER)

    manager.kill()

    wait_until(lambda: is_gone(printed_pids("orphan")[0]))


def test_it_ends_with_who_started_it(printed_pids, tmp_path):
    prepare(tmp_path, left=FOREVER)
    starter = f"import subprocess; subprocess.run({processes.MANAGER!r})"
    with managing(tmp_path, sys.executable, "-c", starter, is_ready=lambda: printed_pids("left")) as started:
        manager = int((tmp_path / "supervisor.pid").read_text())
        started.kill()

        wait_until(lambda: is_gone(manager))
        wait_until(lambda: is_gone(printed_pids("left")[0]))


def test_the_graces_leave_room_within_ten_seconds():
    assert sum(group.grace_seconds for group in StartGroup) <= 8
