"""Backups of a SQLite store, which are SQLite files themselves."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import quote

from store import migrate
from store.copies import CopyFailed, require_known
from store.engine import KIND

#: How long to wait for another writer, in seconds.
_PATIENCE: Final = 5.0


def write(database: Path, target: Path) -> None:
    """Copy a snapshot of the store to `target`, an empty file, without blocking its readers and writers.

    Raises:
        CopyFailed: the store cannot be read, the disk is full, or the copy is damaged.
    """
    try:
        with closing(_open(database, "rw")) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as error:
        raise CopyFailed(f"{database}: {error}") from None
    check(target)
    _flush(target)


def check(file: Path) -> None:
    """Check that `file` is an intact backup of a store that this version knows.

    Raises:
        CopyFailed: it is damaged, is not a store, or comes from a newer version.
    """
    try:
        with closing(_open(file, "ro")) as connection:
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise CopyFailed(f"it is no backup of a SQLite store ({error})") from None
    if found != "ok":
        raise CopyFailed(f"it is damaged ({found})")
    require_known(row and row[0])


def prepare(source: Path, draft: Path) -> None:
    """Copy a backup to the empty file `draft`, and upgrade the copy to the tables of this version.

    Raises:
        CopyFailed: the backup cannot be used.
    """
    check(source)
    write(source, draft)
    migrate.upgrade(f"sqlite:///{draft}")
    require_unused(draft)
    _flush(draft)


def require_unused(database: Path) -> None:
    """Write the whole write-ahead log into the database file, so that the file alone is complete.

    Raises:
        CopyFailed: another process has the file open.
    """
    try:
        with closing(_open(database, "rw")) as connection:
            # SQLite leaves WAL mode only on its last open connection.
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & KIND not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise CopyFailed(f"{database}: {error}") from None
        raise CopyFailed(f"{database} is in use: stop API, worker and beat first") from None


def _open(file: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"file:{quote(str(file.resolve()))}?mode={mode}", uri=True, timeout=_PATIENCE, isolation_level=None
    )


def _flush(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
