"""The environments in `.venvs`, and the link `.venv` to the one in use.

A new environment is made beside the others. When it is complete, the link is switched in one step.
"""

import fcntl
import os
import secrets
import shutil
import sys
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from bootstrap import installing
from bootstrap.environment import Environment
from bootstrap.paths import ENVIRONMENTS, LINK
from bootstrap.progress import Progress
from bootstrap.refusal import CannotStart

_PIN: Final = Path(__file__).with_name("pin_environment.py")
#: The name of its copies.
_PIN_NAME: Final = "presently_pin_environment"
_POLL_SECONDS: Final = 0.1


def ready(requirements: Path) -> Environment:
    """Find an environment that holds `requirements`, or make it.

    Raises:
        CannotStart: it cannot be made; then nothing was changed.
    """
    current = Environment(LINK.resolve())
    if current.was_made_from(requirements):
        return current
    progress = Progress()
    try:
        with _one_at_a_time(progress):
            environment = _find(requirements) or _make(requirements, progress)
            _link(environment)
            return environment
    except OSError as error:
        raise CannotStart(f"Cannot make an environment in {ENVIRONMENTS.name}: {error}.") from error
    finally:
        progress.end()


@contextmanager
def _one_at_a_time(progress: Progress) -> Iterator[None]:
    """Lock the folder of environments, so that only one launcher at a time changes it."""
    ENVIRONMENTS.mkdir(exist_ok=True)
    descriptor = os.open(ENVIRONMENTS, os.O_RDONLY)
    try:
        if not _try_lock(descriptor):
            progress.begin("waiting for another ./presently that does so")
            while not _try_lock(descriptor):
                time.sleep(_POLL_SECONDS)
                progress.tick()
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _find(requirements: Path) -> Environment | None:
    """Find an existing one: another launcher has made it meanwhile, or it was used before."""
    there = map(Environment, [LINK.resolve(), *sorted(ENVIRONMENTS.iterdir())])
    return next((environment for environment in there if environment.was_made_from(requirements)), None)


def _make(requirements: Path, progress: Progress) -> Environment:
    environment = Environment(ENVIRONMENTS / f"{requirements.stem}-{secrets.token_hex(4)}")
    _tidy(keep=LINK.resolve())
    try:
        progress.begin(f"making an environment for Python {sys.version.split()[0]}")
        venv.create(environment.folder, symlinks=True)
        _pin_processes(environment)
        installing.install(requirements, environment.python, progress)
        environment.stamp(requirements)
    except BaseException:
        environment.remove()
        raise
    return environment


def _pin_processes(environment: Environment) -> None:
    """Make every process of `environment` import `pin_environment.py` at its start."""
    libraries = next(environment.folder.glob("lib/python*/site-packages"))
    shutil.copyfile(_PIN, libraries / f"{_PIN_NAME}.py")
    (libraries / f"{_PIN_NAME}.pth").write_text(f"import {_PIN_NAME}\n")


def _link(environment: Environment) -> None:
    """Point `.venv` to `environment`, in one step. The link is relative, so that the whole folder can be moved."""
    if LINK.resolve() == environment.folder:
        return
    if LINK.is_dir() and not LINK.is_symlink():
        if _is_run_from(LINK):
            return
        LINK.rename(ENVIRONMENTS / f"replaced-{secrets.token_hex(4)}")
    new = ENVIRONMENTS / "link"
    new.unlink(missing_ok=True)
    new.symlink_to(environment.folder.relative_to(LINK.parent))
    new.replace(LINK)


def _is_run_from(folder: Path) -> bool:
    """Return whether a process has mapped a library of `folder`, made by a version without locks (Linux only)."""
    mapped = f"{folder}{os.sep}".encode()
    for maps in Path("/proc").glob("[0-9]*/maps"):
        with suppress(OSError):  # it has ended, or belongs to another user
            if mapped in maps.read_bytes():
                return True
    return False


def _tidy(keep: Path) -> None:
    """Remove unused environments except `keep`: older ones, and incomplete ones of a killed launcher."""
    for folder in ENVIRONMENTS.iterdir():
        if folder.is_dir() and folder not in {keep, installing.uv_folder()}:
            environment = Environment(folder)
            if not environment.is_in_use():
                environment.remove()
