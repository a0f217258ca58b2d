"""The SQLite that this Python carries."""

import sqlite3
from typing import Final

from cli.examinations.finding import Finding, Verdict
from config.settings import Settings
from store.engine import BadStoreUrl, parse_url

Version = tuple[int, ...]

#: The first with RETURNING (<https://sqlite.org/releaselog/3_35_0.html>), which `store/` uses.
_OLDEST: Final = (3, 35)

#: From here on, and in two older lines, nothing is known to be wrong. In the others two processes that
#: write and tidy up the write-ahead log in the same moment can damage the file: rare, and never seen here
#: (<https://sqlite.org/wal.html#the_wal_reset_bug>).
_SOUND: Final = (3, 51, 3)
_MENDED: Final = ((3, 44, 6), (3, 50, 7))


def examine(settings: Settings) -> list[Finding]:
    """Return whether SQLite is good enough to be the store; nothing, if it is not the store."""
    try:
        is_used = parse_url(settings.store_url).get_backend_name() == "sqlite"
    except BadStoreUrl:  # as the store's own finding says
        return []
    return [judge(sqlite3.sqlite_version_info)] if is_used else []


def judge(version: Version) -> Finding:
    """Return whether this version is good enough."""
    said = f"version {'.'.join(map(str, version))}"
    if version < _OLDEST:
        return Finding("sqlite", Verdict.FAILED, f"{said}: it takes 3.35 or newer; take a newer Python")
    if version >= _SOUND or any(mended <= version < (*mended[:2], 99) for mended in _MENDED):
        return Finding("sqlite", Verdict.OK, said)
    message = (
        f"{said} has the WAL-reset bug, which can damage the file, if rarely: keep backups, and take a Python "
        "with SQLite 3.51.3 or newer, or PostgreSQL"
    )
    return Finding("sqlite", Verdict.WARNING, message)
