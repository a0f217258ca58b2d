"""What the copies of a store have in common, whatever its database."""

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
    """A store cannot be copied, or a copy not be put in its place: why, and what would be right, in one line."""


@dataclass(frozen=True, slots=True)
class Contents:
    """How much a store holds."""

    domains: int
    people: int

    def __str__(self) -> str:
        domains = f"{self.domains:,} {'domain' if self.domains == 1 else 'domains'}"
        return f"{domains} and {self.people:,} {'person' if self.people == 1 else 'people'}"


def contents(url: str) -> Contents | None:
    """Count what the store at `url` holds; `None` if it has no tables."""
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
    """A PostgreSQL server as it is now: its version, and how many others are connected to the database."""

    version: int
    others: int


def server(url: str) -> Server:
    """Ask the server that the PostgreSQL store at `url` is on."""
    engine = connect(url, pool_size=1)
    try:
        with engine.connect() as connection:
            version = connection.dialect.server_version_info or (0,)
            return Server(int(version[0]), connection.execute(_OTHERS).scalar_one())
    finally:
        engine.dispose()


def require_known(revision: str | None) -> None:
    """Do nothing if this version can bring a copy at `revision` to its tables.

    Raises:
        CopyFailed: the copy is no store of ours, or that of a newer version.
    """
    if revision is None:
        raise CopyFailed("it is no backup of Presently")
    if not migrate.is_known(revision):
        raise CopyFailed(
            f"it is at {revision}, made by a newer version of Presently: restore it with that one"
        )
