"""Examines the store, and what only it knows: migrations, its clock, overdue transitions."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.engine import URL

from cli import preflight
from cli.examinations import clock, migrations, overdue
from cli.examinations.finding import Finding, Verdict, unknown
from cli.mistakes import Mistake
from config.settings import Settings
from store.store import Store, Transaction
from store.writes import TakesNoWrites, require_writes

_OLDEST_POSTGRESQL: Final = (14,)

#: A statement that alters tables may hold its locks for long; this one does not wait for them.
_TIMEOUT: Final = "SET statement_timeout = '5s'"

_READ_ONLY: Final = (
    "read-only, by default_transaction_read_only or as a standby. Connect to the primary, or reset it"
)


def examine(settings: Settings) -> list[Finding]:
    """Check the store, its tables, its clock, and its overdue transitions."""
    try:
        with preflight.store_mistakes(settings.store_variable), _reading(settings) as transaction:
            found = [
                server(transaction.connection),
                migrations.examine(transaction),
                clock.examine(transaction),
            ]
            is_migrated = found[1].verdict is Verdict.OK
            return [
                *found,
                overdue.examine(transaction) if is_migrated else unknown("overdue", see="migrations"),
            ]
    except Mistake as mistake:
        failed = Finding("store", Verdict.FAILED, str(mistake))
        return [failed, *(unknown(name, see="store") for name in ("migrations", "clock", "overdue"))]


@contextmanager
def _reading(settings: Settings) -> Iterator[Transaction]:
    """Open a read-only transaction. Raise `Mistake` if the file is missing, which SQLite would create."""
    preflight.require_store(settings)
    store = Store(settings.store_url, pool_size=1)
    try:
        with store.reading() as transaction:
            if transaction.connection.dialect.name == "postgresql":
                transaction.connection.exec_driver_sql(_TIMEOUT)
            yield transaction
    finally:
        store.close()


def server(connection: Connection, name: str = "store") -> Finding:
    """Judge the server at the other end: its version, and whether it accepts writes. `name` is that of the finding."""
    url = connection.engine.url
    version = connection.dialect.server_version_info or ()
    if connection.dialect.name == "sqlite":
        return Finding(name, Verdict.OK, f"SQLite, {url.database}")
    message = f"PostgreSQL {'.'.join(map(str, version))}, {_place(url)}"
    if version < _OLDEST_POSTGRESQL:
        return Finding(name, Verdict.FAILED, f"{message}: it must be 14 or newer")
    try:
        require_writes(connection)
    except TakesNoWrites:
        return Finding(name, Verdict.FAILED, f"{message}, accepts no writes: {_READ_ONLY}")
    return Finding(name, Verdict.OK, message)


def _place(url: URL) -> str:
    """Return database, host and port. The rest of the URL is left out: it may hold passwords in several places."""
    host = url.host or url.query.get("host", "this machine")
    return f"{url.database} at {host}" + (f":{url.port}" if url.port else "")
