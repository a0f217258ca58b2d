"""Upgrading a store to the tables of this version, going back to earlier ones, and checking its state."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from psycopg import errors
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from store.engine import connect
from store.postgresql import UNLIMITED
from store.tables import metadata

_FOLDER: Final = Path(__file__).resolve().parent / "migrations"

#: The key of the PostgreSQL advisory lock that serializes concurrent upgrades.
_UPGRADE_LOCK: Final = 7_239_445
_ASK_AGAIN_SECONDS: Final = 0.1

#: Whoever comes after a migration that waits for a lock waits behind it. So it gives up after this time, and before
#: PostgreSQL looks for deadlocks (`deadlock_timeout`, 1 s), and tries again after a pause.
_LIMITS: Final = replace(UNLIMITED, lock=timedelta(milliseconds=500))
_PAUSE_SECONDS: Final = 1.0
_ATTEMPTS: Final = 600


class StoreIsNewer(Exception):
    """The store was made by a newer version of Presently; run that one."""

    def __str__(self) -> str:
        return self.__doc__ or ""


class StoreIsInUse(Exception):
    """Others keep the tables locked, such as a backup. Migrate again when they are done; it goes on where it was."""

    def __str__(self) -> str:
        return self.__doc__ or ""


class NoWayBack(Exception):
    """The store cannot be taken back to an earlier migration; the message says why, and what to do."""


def upgrade(url: str, begin: Callable[[str], object] = str, *, to: str = "head") -> str | None:
    """Upgrade the store at `url` to a migration, or to the newest one; return the migration that it was at.

    A store that is at it already stays unchanged. `begin` is called with the name of each migration before it runs.
    On PostgreSQL each is a transaction, and long steps are outside of them; what was interrupted is repeated.

    Raises:
        BadStoreUrl: the URL is neither of a SQLite file nor of a PostgreSQL database.
        StoreIsInUse: others keep its tables locked.
        StoreIsNewer: it is at a migration that this version does not have.
        sqlalchemy.exc.OperationalError: the store cannot be reached.
    """
    with _locked(url) as connection:
        before = level(connection)

        def bring_up(reached: str | None) -> None:
            command.upgrade(_running(connection, _pending(reached, to), begin), to)

        _when_free(connection, bring_up)
        return before


def downgrade(url: str, begin: Callable[[str], object] = str, *, to: str) -> str | None:
    """Take the store at `url` back to an earlier migration, for an earlier version; return the migration it was at.

    `begin` is called with the name of each migration before it is taken back.

    Raises:
        NoWayBack: the store is not past this migration, or going back would lose statuses.
        StoreIsInUse: others keep its tables locked.
        StoreIsNewer: it is at a migration that this version does not have.
        sqlalchemy.exc.OperationalError: the store cannot be reached.
    """
    with _locked(url) as connection:
        before = level(connection)
        passed = list(_pending(to, before)) if before and is_known(to) and to in _names(before) else []
        if not passed:
            raise NoWayBack(f"The store is at {before or 'none'}, which is not past a migration {to}.")
        modules = {name: _module(name) for name in passed}
        if stops := [name for name, module in modules.items() if not hasattr(module, "downgrade")]:
            raise NoWayBack(f"There is no way back from {stops[-1]}: restore a backup.")

        def take_back(reached: str | None) -> None:
            steps = reversed(list(_pending(to, reached or "head")))
            command.downgrade(_running(connection, steps, begin), to)

        try:
            for module in modules.values():
                if hasattr(module, "check_way_back"):
                    module.check_way_back(connection)
            _when_free(connection, take_back)
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
    """Connect while nobody else migrates. On SQLite all is one transaction, rolled back if the block raises."""
    engine = connect(url, pool_size=1, limits=_LIMITS)
    try:
        with engine.connect().execution_options(presently_writes=True) as connection:
            if connection.dialect.name == "postgresql":
                _wait_for_lock(connection)
                yield _known(connection)
            else:
                with connection.begin():
                    yield _known(connection)
    finally:
        engine.dispose()


def _wait_for_lock(connection: Connection) -> None:
    """Take the lock of migrations, which PostgreSQL releases with the connection.

    A statement that waited for it would have a snapshot, and to build an index concurrently PostgreSQL waits for all of
    them: each would wait for the other. So this asks again and again.
    """
    asking = f"SELECT pg_try_advisory_lock({_UPGRADE_LOCK})"
    while not connection.exec_driver_sql(asking).scalar_one():
        connection.rollback()
        time.sleep(_ASK_AGAIN_SECONDS)
    connection.rollback()


def _known(connection: Connection) -> Connection:
    """Return the connection, if this version has the migration that the store is at."""
    if not is_known(level(connection)):
        raise StoreIsNewer
    return connection


def _when_free(connection: Connection, migrate_from: Callable[[str | None], None]) -> None:
    """Run migrations; where a table is locked, go on with the same one after a pause in which nobody waits for us."""
    for _ in range(_ATTEMPTS):
        reached = level(connection)
        if connection.dialect.name == "postgresql":
            connection.rollback()  # ends the reading: each migration begins a transaction itself
        try:
            migrate_from(reached)
        except OperationalError as error:
            if not isinstance(error.orig, errors.LockNotAvailable | errors.DeadlockDetected):
                raise
            connection.rollback()
            time.sleep(_PAUSE_SECONDS)
        else:
            return
    raise StoreIsInUse


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


def _module(name: str) -> ModuleType:
    """Return the module of a migration."""
    return ScriptDirectory.from_config(_config()).get_revision(name).module


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
