"""Tells whether the store accepts writes."""

from typing import Final

from psycopg import errors
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

#: On during recovery too: a standby accepts no writes, whatever its settings say.
_READ_ONLY: Final = text("SHOW transaction_read_only")

#: PostgreSQL's refusal of a write. It reaches us as an internal error, not as an operational one.
ReadOnly: Final = errors.ReadOnlySqlTransaction


class TakesNoWrites(SQLAlchemyError):
    """It accepts no writes: read-only, by default_transaction_read_only or as a standby."""

    def __str__(self) -> str:
        return self.__doc__ or ""


def require_writes(connection: Connection) -> None:
    """Check that a transaction of this connection may write. On SQLite only a write itself can tell.

    Raises:
        TakesNoWrites: the database is read-only, or a standby.
    """
    if connection.dialect.name == "postgresql" and connection.execute(_READ_ONLY).scalar_one() == "on":
        raise TakesNoWrites
