"""Examines the version of SQLite that this Python contains."""

import sqlite3
from typing import Final

from cli.examinations.finding import Finding, Verdict
from config.settings import Settings
from store.engine import BadStoreUrl, parse_url

Version = tuple[int, ...]

#: The first with RETURNING (<https://sqlite.org/releaselog/3_35_0.html>), which `store/` uses.
_OLDEST: Final = (3, 35)

#: From this version on, and from those of `_MENDED` in two older series, no fault is known. In all others,
#: two processes that write and reset the write-ahead log at the same moment can damage the file: rare, and
#: never seen here (<https://sqlite.org/wal.html#the_wal_reset_bug>).
_SOUND: Final = (3, 51, 3)
_MENDED: Final = ((3, 44, 6), (3, 50, 7))


def examine(settings: Settings) -> list[Finding]:
    """Check the version of SQLite if it is the store; else return an empty list."""
    try:
        is_used = parse_url(settings.store_url).get_backend_name() == "sqlite"
    except BadStoreUrl:  # the store's own finding reports it
        return []
    return [judge(sqlite3.sqlite_version_info)] if is_used else []


def judge(version: Version) -> Finding:
    """Judge this version of SQLite."""
    message = f"version {'.'.join(map(str, version))}"
    if version < _OLDEST:
        return Finding("sqlite", Verdict.FAILED, f"{message}: it must be 3.35 or newer; use a newer Python")
    if version >= _SOUND or any(mended <= version < (*mended[:2], 99) for mended in _MENDED):
        return Finding("sqlite", Verdict.OK, message)
    message = (
        f"{message} has the WAL-reset bug, which can, rarely, damage the file. Keep backups; use a Python "
        "with SQLite 3.51.3 or newer, or PostgreSQL"
    )
    return Finding("sqlite", Verdict.WARNING, message)
