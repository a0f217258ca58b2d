"""Upgrading a store to the tables of this version, and checking its state."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from store.engine import connect
from store.tables import metadata

_FOLDER: Final = Path(__file__).resolve().parent / "migrations"

#: The key of the PostgreSQL advisory lock that serializes concurrent upgrades.
_UPGRADE_LOCK: Final = 7_239_445


class StoreIsNewer(Exception):
    """The store was made by a newer version of Presently; run that one."""

    def __str__(self) -> str:
        return self.__doc__ or ""


def upgrade(url: str, begin: Callable[[str], object] = str, *, to: str = "head") -> str | None:
    """Upgrade the store at `url` to a migration, or to the newest one; return the migration that it was at.

    A store that is at it already stays unchanged. `begin` is called with the name of each migration before it runs.

    Raises:
        BadStoreUrl: the URL is neither of a SQLite file nor of a PostgreSQL database.
        StoreIsNewer: it is at a migration that this version does not have.
        sqlalchemy.exc.OperationalError: the store cannot be reached.
    """
    engine = connect(url, pool_size=1)
    try:
        with (
            engine.connect().execution_options(presently_writes=True) as connection,
            connection.begin(),
        ):
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})")
            before = level(connection)
            if not is_known(before):
                raise StoreIsNewer
            config = _config()
            config.attributes["connection"] = connection
            pending = _pending(before, to)

            def begin_next(**_: Any) -> None:
                for revision in islice(pending, 1):
                    begin(revision)

            config.attributes["on_version_apply"] = begin_next
            begin_next()
            command.upgrade(config, to)
            return before
    finally:
        engine.dispose()


def _pending(reached: str | None, to: str) -> Iterator[str]:
    """Give the migrations after the one that a store is at, in their order."""
    scripts = ScriptDirectory.from_config(_config()).iterate_revisions(to, reached or "base")
    yield from reversed([script.revision for script in scripts])


def level(connection: Connection) -> str | None:
    """Return the migration that the store is at; `None` before the first."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def newest() -> str | None:
    """Return the newest migration of this version."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def is_known(revision: str | None) -> bool:
    """Return whether this version has the migration `revision`."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return revision is None or revision in {script.revision for script in scripts}


def complaint(connection: Connection) -> str | None:
    """Describe what is wrong with the tables, and what to do; `None` if they are those of this version."""
    reached = level(connection)
    if reached == newest():
        return None
    if not is_known(reached):
        return f"at {reached}, made by a newer version: run that"
    return f"at {reached or 'none'}, needs {newest()}: run ./presently migrate"


def differences(url: str) -> list[Any]:
    """Return the differences between the store at `url` and `store.tables`."""
    engine = connect(url, pool_size=1)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            return list(compare_metadata(context, metadata))
    finally:
        engine.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
