"""A temporary PgBouncer in front of a database, on its own socket."""

import shutil
import signal
from collections.abc import Iterator, Mapping
from configparser import RawConfigParser
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import psycopg
from psycopg.rows import dict_row
from sqlalchemy.engine import URL, make_url

from harness import processes
from harness.postgres import unprivileged

_PORT: Final = 6432  # of its socket


def find_program() -> str | None:
    """Find PgBouncer on PATH; `None` if this machine has none."""
    return shutil.which("pgbouncer")


@contextmanager
def running(server: str, database: str, pooler: Mapping[str, str]) -> Iterator[str]:
    """Run PgBouncer for the database at the URL `server` until the block ends, and yield the URL through it.

    `database` and `pooler` are settings of the database and of PgBouncer, as in `pgbouncer.ini`.
    """
    url = make_url(server)
    with TemporaryDirectory(prefix="presently-pgbouncer-") as name:
        folder = Path(name)
        identity = unprivileged(folder)
        file = folder / "pgbouncer.ini"
        _write(file, url, database, pooler)
        pooled = url.set(query={"host": name, "port": str(_PORT)}).render_as_string(hide_password=False)
        with processes.running(
            [find_program() or "pgbouncer", file],
            log=folder / "output",
            is_ready=lambda: _answers(pooled),
            stop_signal=signal.SIGTERM,
            cwd=folder,
            **identity,
        ):
            yield pooled


def transactions(pooled: str) -> int:
    """Count the transactions that went through it so far."""
    console = make_url(pooled).set(database="pgbouncer").render_as_string(hide_password=False)
    with psycopg.connect(console, autocommit=True, row_factory=dict_row) as connection:
        return sum(int(row["xact_count"]) for row in connection.execute("SHOW STATS_TOTALS"))


def _write(file: Path, url: URL, database: str, pooler: Mapping[str, str]) -> None:
    settings = RawConfigParser()
    settings["databases"] = {str(url.database): f"host={url.query['host']} user={url.username} {database}"}
    settings["pgbouncer"] = {
        **pooler,
        "unix_socket_dir": str(file.parent),
        "listen_port": str(_PORT),
        "auth_type": "any",
        "admin_users": str(url.username),
    }
    with file.open("w") as text:
        settings.write(text)
    file.chmod(0o644)  # `./presently test` makes private files, and another user runs the program


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True
