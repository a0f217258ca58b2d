"""Backups of a SQLite store, which are SQLite files themselves."""

import fcntl
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

#: The kinds of errors of a file that is damaged, or is no SQLite database at all.
DAMAGED: Final = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

#: The files that SQLite keeps beside a database that is open, or was not closed.
_BESIDE: Final = ("-wal", "-shm", "-journal")

#: The bytes of a database file on which SQLite holds its locks (<https://www.sqlite.org/lockingv3.html>).
_LOCKS_FROM: Final = 0x40000000
_LOCKS: Final = 512


def write(database: Path, target: Path) -> None:
    """Copy a snapshot of the store to `target`, an empty file, without blocking its readers and writers.

    Raises:
        CopyFailed: the store cannot be read, the disk is full, or the copy is damaged.
    """
    try:
        with closing(_open(database, "rw")) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as error:
        for ending in _BESIDE:
            target.with_name(target.name + ending).unlink(missing_ok=True)
        found = damage(database)
        why = f"{database} is damaged ({found})" if found else f"{database}: {error}"
        raise CopyFailed(why) from None
    check(target)
    _flush(target)


def check(file: Path) -> None:
    """Check that `file` is an intact backup of a store that this version knows.

    Raises:
        CopyFailed: it is damaged, is not a store, or comes from a newer version.
    """
    try:
        with closing(_open(file, "ro")) as connection:
            found = _examined(connection)
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise CopyFailed(f"it is no backup of a SQLite store ({error})") from None
    if found is not None:
        raise CopyFailed(f"it is damaged ({found})")
    require_known(row and row[0])


def damage(database: Path) -> str | None:
    """Return what is damaged in the store, or `None` if it is intact.

    Raises:
        CopyFailed: the file cannot be read.
    """
    try:
        # A connection that may write would tidy up the write-ahead log when it closes.
        with closing(_open(database, "ro")) as connection:
            return _examined(connection)
    except sqlite3.Error as error:
        if error.sqlite_errorcode & KIND not in DAMAGED:
            raise CopyFailed(f"{database}: {error}") from None
        return str(error)


def require_closed(database: Path) -> None:
    """Raise `CopyFailed` if another process has the file open. The file may be damaged."""
    with database.open("rb+") as opened:
        try:
            fcntl.lockf(opened, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCKS, _LOCKS_FROM)
        except BlockingIOError:
            raise CopyFailed(_in_use(database)) from None


def keep_aside(database: Path, aside: Path) -> None:
    """Keep the file under the name `aside` too, and move what SQLite left beside it, which belongs to it alone."""
    os.link(database, aside)
    for ending in _BESIDE:
        beside = database.with_name(database.name + ending)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + ending))


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
        raise CopyFailed(_in_use(database)) from None


def _in_use(database: Path) -> str:
    return f"{database} is in use: stop API, worker and beat first"


def _examined(connection: sqlite3.Connection) -> str | None:
    """Return the first fault that SQLite finds in a database, in one line."""
    (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    return None if found == "ok" else " ".join(found.split())


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
