"""Tells a store that is busy from one that cannot be reached."""

import sqlite3
from typing import Final

from psycopg import errors
from sqlalchemy import exc

from store.engine import KIND

#: A lock was not free in time, another transaction was in the way, or a statement took too long.
_BUSY: Final = (
    errors.LockNotAvailable,
    errors.DeadlockDetected,
    errors.SerializationFailure,
    errors.QueryCanceled,
    errors.TooManyConnections,
)
_BUSY_CODES: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def is_busy(error: exc.SQLAlchemyError) -> bool:
    """Return whether the store was reached and is busy: with a lock, or with all of our connections."""
    if isinstance(error, exc.TimeoutError):
        return True
    reason = error.orig if isinstance(error, exc.DBAPIError) else None
    if isinstance(reason, sqlite3.Error):
        return getattr(reason, "sqlite_errorcode", 0) & KIND in _BUSY_CODES
    return isinstance(reason, _BUSY)
