"""The data folder and its lock: one `run` at a time, until every process that it started has ended."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cli.mistakes import Mistake
from config.settings import Settings

#: The processes of a killed `run` get a signal to stop at its death, and have ended after this at the latest.
_STOPS_WITHIN: Final = timedelta(seconds=10)
_POLL_INTERVAL: Final = timedelta(milliseconds=100)


#: The name of the lock file in the data folder.
LOCK: Final = "lock"


def make(settings: Settings) -> None:
    """Make the data folder if needed; only its owner may open it.

    Raises:
        Mistake: it cannot be made.
    """
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot_be_written(settings, error) from None


@contextmanager
def lock(settings: Settings) -> Iterator[int]:
    """Make the data folder if needed, and lock it. Processes that inherit the file descriptor keep the lock.

    Raises:
        Mistake: another `run` has locked the folder, or it cannot be written.
    """
    path = settings.data / LOCK
    make(settings)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _cannot_be_written(settings, error) from None
    try:
        _acquire(descriptor, path)
        _write_owner(descriptor, settings)
        yield descriptor
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path) -> None:
    deadline = time.monotonic() + _STOPS_WITHIN.total_seconds()
    while not _try_lock(descriptor):
        owner = _read_owner(path)
        if time.monotonic() > deadline or (owner and _is_alive(owner["pid"])):
            raise Mistake(_describe(path, owner))
        time.sleep(_POLL_INTERVAL.total_seconds())


def _read_owner(path: Path) -> dict[str, int]:
    """Return what the lock file says of the process that holds the lock; nothing while that is being written."""
    try:
        owner: dict[str, int] = json.loads(path.read_text())
    except ValueError:
        return {}
    return owner


def _write_owner(descriptor: int, settings: Settings) -> None:
    """Write into the lock file which process holds the lock, and its ports."""
    owner = {"pid": os.getpid(), "port": settings.port, "flower_port": settings.flower_port}
    try:
        os.truncate(descriptor, 0)
        os.write(descriptor, json.dumps(owner).encode())
    except OSError as error:
        raise _cannot_be_written(settings, error) from None


def _cannot_be_written(settings: Settings, error: OSError) -> Mistake:
    return Mistake(f"PRESENTLY_DATA: {settings.data} cannot be written ({error.strerror}).")


def _try_lock(descriptor: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _describe(path: Path, owner: dict[str, int]) -> str:
    if not owner or not _is_alive(owner["pid"]):
        return f"{path.parent} is locked by processes of an earlier run. End them with: fuser -k {path}"
    since = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    return (
        f"{path.parent} is in use by process {owner['pid']} since {since:%Y-%m-%d %H:%M:%S}, "
        f"with the API on port {owner['port']} and Flower on port {owner['flower_port']}. "
        f"Stop it with: kill {owner['pid']}, or set PRESENTLY_DATA to another folder."
    )
