"""The store, and what only it can tell."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.engine import URL

from cli import preflight
from cli.examinations import clock, migrations, overdue
from cli.examinations.finding import Finding, Verdict, unknown
from cli.mistakes import Mistake
from config.settings import Settings
from store.engine import parse_url
from store.store import Store, Transaction

_OLDEST_POSTGRESQL: Final = (14,)

#: Who alters tables may hold locks for long; nobody waits here for that.
_PATIENCE: Final = "SET statement_timeout = '5s'"


def examine(settings: Settings) -> list[Finding]:
    """Return how the store is, and its tables, its clock, and what waits in it."""
    try:
        with preflight.store_mistakes(), _reading(settings.store_url) as transaction:
            found = [
                _server(transaction.connection),
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
def _reading(url: str) -> Iterator[Transaction]:
    """Give a transaction of a store that is there; SQLite would make one that is not.

    Raises:
        Mistake: there is no such file.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
        message = (
            f"PRESENTLY_DATABASE_URL: there is no {parsed.database}; ./presently run or migrate makes it, "
            "with the same settings."
        )
        raise Mistake(message)
    store = Store(url, pool_size=1)
    try:
        with store.reading() as transaction:
            if transaction.connection.dialect.name == "postgresql":
                transaction.connection.exec_driver_sql(_PATIENCE)
            yield transaction
    finally:
        store.close()


def _server(connection: Connection) -> Finding:
    url = connection.engine.url
    version = connection.dialect.server_version_info or ()
    if connection.dialect.name == "sqlite":
        return Finding("store", Verdict.OK, f"SQLite, {url.database}")
    said = f"PostgreSQL {'.'.join(map(str, version))}, {_place(url)}"
    if version < _OLDEST_POSTGRESQL:
        return Finding("store", Verdict.FAILED, f"{said}: it takes 14 or newer")
    return Finding("store", Verdict.OK, said)


def _place(url: URL) -> str:
    """Return which database is meant, without the rest of the URL: passwords stand there in more than one place."""
    host = url.host or url.query.get("host", "this machine")
    return f"{url.database} at {host}" + (f":{url.port}" if url.port else "")
