"""Copies of a PostgreSQL store, made by pg_dump as archives."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Final

from cli.counting import counted
from store import copies, migrate, tables
from store.copies import CopyFailed, require_known
from store.engine import parse_url

_TABLES: Final = (*tables.metadata.tables, "alembic_version")

_CLOSES_WITHIN_SECONDS: Final = 1.0
_ASK_AGAIN_SECONDS: Final = 0.1


def write(url: str, target: Path) -> None:
    """Copy a snapshot of the store to the file `target`, without blocking its readers and writers.

    Raises:
        CopyFailed: pg_dump is missing or too old, or it failed.
    """
    wanted = [f"--table={name}" for name in _TABLES]
    archive = ("--format=custom", "--no-owner", "--no-acl", f"--file={target}")
    _run(url, "pg_dump", *archive, *wanted, _address(url))
    check(url, target)


def check(url: str, file: Path) -> None:
    """Raise `CopyFailed` unless `file` is a copy of a store, and not from a newer version."""
    asked = ("--data-only", "--table=alembic_version", "--file=-", str(file))
    output = _run(url, "pg_restore", *asked)
    found = re.search(r"^COPY [^\n]*alembic_version[^\n]*\n([^\n\\]+)\n", output, re.MULTILINE)
    require_known(found and found[1])


def require_unused(url: str) -> None:
    """Raise `CopyFailed` if the database has other connections.

    PostgreSQL counts a connection for a moment after it was closed, so it is asked again before it is believed.
    """
    deadline = time.monotonic() + _CLOSES_WITHIN_SECONDS
    while (others := copies.server(url).others) and time.monotonic() < deadline:
        time.sleep(_ASK_AGAIN_SECONDS)
    if others:
        connections = counted(others, "other connection", "other connections")
        raise CopyFailed(f"the database has {connections}: stop API, worker and beat first")


def put_in_place(url: str, source: Path, script: Path) -> None:
    """Replace the store's tables by those of a copy, in one transaction, and then upgrade them to this version.

    `script` is an empty file for the statements.

    Raises:
        CopyFailed: a program is missing or too old, or the database refused; then the store is unchanged.
    """
    _run(url, "pg_restore", "--no-owner", "--no-acl", f"--file={script}", str(source))
    whole = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
    names = ", ".join(f'"{name}"' for name in _TABLES)
    _run(
        url, "psql", *whole, "-c", f"DROP TABLE IF EXISTS {names} CASCADE", f"--file={script}", _address(url)
    )
    migrate.upgrade(url)


def _run(url: str, name: str, *arguments: str) -> str:
    """Run one of PostgreSQL's programs, and return its output."""
    program = _program(name, copies.server(url).version)
    parsed = parse_url(url)
    password = parsed.password or parsed.query.get("password")
    environment = {**os.environ, "PGCLIENTENCODING": "UTF8"} | (
        {"PGPASSWORD": str(password)} if password else {}
    )
    done = subprocess.run(
        [program, *arguments], env=environment, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        reason = " ".join(done.stderr.split())[:300] or f"it ended with {done.returncode}"
        raise CopyFailed(f"{name} failed: {reason}")
    return done.stdout


def _program(name: str, server: int) -> str:
    """Find the program on PATH.

    Raises:
        CopyFailed: it is missing, or older than the server.
    """
    package = f"apt install postgresql-client-{server}"
    advice = f"install PostgreSQL's client programs of version {server} or newer ({package})"
    found = shutil.which(name)
    if found is None:
        raise CopyFailed(f"there is no {name} on PATH: {advice}")
    output = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
    version = re.search(r"\d+", output)
    if version is None or int(version[0]) < server:
        raise CopyFailed(f"{name} is older than the server ({output.strip()}): {advice}")
    return found


def _address(url: str) -> str:
    """Return the option that names the database, without the password: all users can see a process's arguments."""
    parsed = parse_url(url).set(drivername="postgresql").difference_update_query(["password"])
    return f"--dbname={parsed._replace(password=None).render_as_string(hide_password=False)}"
