"""Upgrading a store to the tables of this version, going back to earlier ones, and checking its state."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
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


class NoWayBack(Exception):
    """The store cannot be taken back to an earlier migration; the message says why, and what to do."""


def upgrade(url: str, begin: Callable[[str], object] = str, *, to: str = "head") -> str | None:
    """Upgrade the store at `url` to a migration, or to the newest one; return the migration that it was at.

    A store that is at it already stays unchanged. `begin` is called with the name of each migration before it runs.

    Raises:
        BadStoreUrl: the URL is neither of a SQLite file nor of a PostgreSQL database.
        StoreIsNewer: it is at a migration that this version does not have.
        sqlalchemy.exc.OperationalError: the store cannot be reached.
    """
    with _locked(url) as connection:
        before = level(connection)
        command.upgrade(_running(connection, _pending(before, to), begin), to)
        return before


def downgrade(url: str, begin: Callable[[str], object] = str, *, to: str) -> str | None:
    """Take the store at `url` back to an earlier migration, for an earlier version; return the migration it was at.

    All of it is done, or nothing. `begin` is called with the name of each migration before it is taken back.

    Raises:
        NoWayBack: the store is not past this migration, or going back would lose statuses.
        StoreIsNewer: it is at a migration that this version does not have.
        sqlalchemy.exc.OperationalError: the store cannot be reached.
    """
    with _locked(url) as connection:
        before = level(connection)
        passed = list(_pending(to, before)) if before and is_known(to) and to in _names(before) else []
        if not passed:
            raise NoWayBack(f"The store is at {before or 'none'}, which is not past a migration {to}.")
        scripts = ScriptDirectory.from_config(_config())
        if stops := [name for name in passed if not hasattr(scripts.get_revision(name).module, "downgrade")]:
            raise NoWayBack(f"There is no way back from {stops[-1]}: restore a backup.")
        try:
            command.downgrade(_running(connection, reversed(passed), begin), to)
        except CommandError as error:
            raise NoWayBack(str(error)) from None
        return before


def is_behind(url: str, name: str) -> bool:
    """Return whether the store at `url` is past the migration with this name."""
    engine = connect(url, pool_size=1)
    try:
        with engine.connect() as connection:
            before = level(connection)
            return before is not None and before != name and is_known(before) and name in _names(before)
    finally:
        engine.dispose()


@contextmanager
def _locked(url: str) -> Iterator[Connection]:
    """Begin a transaction in which nobody else migrates; roll it back if its block raises."""
    engine = connect(url, pool_size=1)
    try:
        with (
            engine.connect().execution_options(presently_writes=True) as connection,
            connection.begin(),
        ):
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})")
            if not is_known(level(connection)):
                raise StoreIsNewer
            yield connection
    finally:
        engine.dispose()


def _running(connection: Connection, steps: Iterable[str], begin: Callable[[str], object]) -> Config:
    """Return the configuration to run these migrations; `begin` is called with the name of each before it runs."""
    config = _config()
    config.attributes["connection"] = connection
    pending = iter(steps)

    def begin_next(**_: Any) -> None:
        for revision in islice(pending, 1):
            begin(revision)

    config.attributes["on_version_apply"] = begin_next
    begin_next()
    return config


def _pending(reached: str | None, to: str) -> Iterator[str]:
    """Give the migrations after the one that a store is at, in their order."""
    scripts = ScriptDirectory.from_config(_config()).iterate_revisions(to, reached or "base")
    yield from reversed([script.revision for script in scripts])


def _names(reached: str) -> set[str]:
    """Return the migrations that a store at `reached` has."""
    return set(_pending(None, reached))


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
