"""Starts a real process, waits until it is ready, and stops it when it is no longer needed."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from billiard.util import set_pdeathsig  # type: ignore[attr-defined]  # its stubs lack it

from harness.waiting import PATIENCE, wait_until


class DidNotStart(Exception):
    """The process ended, or was not ready in time; the end of its log follows."""


def is_gone(pid: int) -> bool:
    """Return whether the process with that pid has ended, even if its parent has not waited for it yet."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(") ")[2].startswith("Z")


@contextmanager
def running(
    command: Sequence[str | os.PathLike[str]],
    *,
    log: Path,
    is_ready: Callable[[], object] = lambda: True,
    stop_signal: signal.Signals = signal.SIGTERM,
    environment: Mapping[str, str] | None = None,
    **options: Any,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `command` until the block ends, with its output in the file `log`.

    It ends with this process, even when that is killed.

    Raises:
        DidNotStart: `is_ready` was not true in time.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            preexec_fn=_end_with_this_process,  # noqa: PLW1509 — processes are started from one thread only
            **options,
        )
    try:
        wait_until(lambda: process.poll() is not None or is_ready())
        if process.poll() is not None:
            raise DidNotStart(log.read_text(errors="replace")[-2000:])
        yield process
    finally:
        _end(process, stop_signal)


def _end_with_this_process() -> None:
    with suppress(OSError):  # only Linux can
        set_pdeathsig(signal.SIGTERM)


def _end(process: subprocess.Popen[bytes], stop_signal: signal.Signals) -> None:
    if process.poll() is None:
        process.send_signal(stop_signal)
    try:
        process.wait(PATIENCE.total_seconds())
    finally:
        process.kill()
