"""Reads the settings and opens the store for a command; errors become messages for the operator."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from psycopg.errors import UndefinedColumn, UndefinedTable
from sqlalchemy.exc import SQLAlchemyError

from cli import preflight
from cli.mistakes import Mistake
from config import environment
from config.settings import Settings
from store.engine import BadStoreUrl
from store.postgresql import WrongEncoding
from store.store import Store


def read_settings() -> Settings:
    """Read the settings.

    Raises:
        Mistake: a variable has an invalid value, or a misspelt name.
    """
    try:
        return environment.read()
    except environment.BadSettings as error:
        raise Mistake(str(error)) from None


@contextmanager
def open_store(settings: Settings) -> Iterator[Store]:
    """Open the store, for use cases.

    Raises:
        Mistake: the store cannot be reached, or is not set up yet.
    """
    try:
        preflight.require_store(settings)
        with closing(Store(settings.store_url, pool_size=1)) as store:
            yield store
    except BadStoreUrl as error:
        raise Mistake(str(error)) from None
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", error)
        if isinstance(cause, WrongEncoding):
            raise Mistake(f"PRESENTLY_DATABASE_URL: the database cannot be used: {cause}") from None
        reason = str(cause).splitlines()[0]
        sets_up = "; ./presently run or migrate sets it up"
        advice = sets_up if _lacks_tables(cause) else preflight.store_advice(cause)
        raise Mistake(f"The store cannot be used ({reason}){advice}.") from None


def _lacks_tables(cause: BaseException) -> bool:
    """Return whether a table or column of this version is missing. For SQLite this is an error of no special kind."""
    if isinstance(cause, sqlite3.OperationalError):
        return cause.sqlite_errorcode == sqlite3.SQLITE_ERROR
    return isinstance(cause, UndefinedTable | UndefinedColumn)
