"""What backups of both databases have in common."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, inspect, select, text

from store import migrate, tables
from store.engine import connect

_OTHERS: Final = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


class CopyFailed(Exception):
    """A backup or restore failed; the message says why and what to do, in one line."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The number of domains and people in a store."""

    domains: int
    people: int

    def __str__(self) -> str:
        domains = f"{self.domains:,} {'domain' if self.domains == 1 else 'domains'}"
        return f"{domains} and {self.people:,} {'person' if self.people == 1 else 'people'}"


def contents(url: str) -> Contents | None:
    """Count the domains and people in the store at `url`; `None` if it has no tables."""
    engine = connect(url, pool_size=1)
    try:
        with engine.connect() as connection, connection.begin():
            if not inspect(connection).has_table(tables.domain.name):
                return None
            counts = (
                connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (tables.domain, tables.person)
            )
            return Contents(*counts)
    finally:
        engine.dispose()


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL server: its version, and the number of other connections to the database."""

    version: int
    others: int


def server(url: str) -> Server:
    """Query the server of the PostgreSQL store at `url`."""
    engine = connect(url, pool_size=1)
    try:
        with engine.connect() as connection:
            version = connection.dialect.server_version_info or (0,)
            return Server(int(version[0]), connection.execute(_OTHERS).scalar_one())
    finally:
        engine.dispose()


def require_known(revision: str | None) -> None:
    """Raise `CopyFailed` unless this version can upgrade a backup at the migration `revision`."""
    if revision is None:
        raise CopyFailed("it is no backup of Presently")
    if not migrate.is_known(revision):
        raise CopyFailed(
            f"it is at {revision}, made by a newer version of Presently: restore it with that one"
        )
