"""Logs an outage of the store in one line, where Celery would log each task of that time with a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError, OperationalError

from store.writes import ReadOnly

_log: Final = structlog.get_logger("presently.worker")


class StoreFails(Exception):
    """The store cannot be used; beat sends another message for what is due."""


class Outages:
    """The outages of the store that this process has met: each is logged once, and its end."""

    def __init__(self) -> None:
        self._lasts = False

    @contextmanager
    def logged(self) -> Iterator[None]:
        """Log the first failure of an outage. An error that is no outage passes unchanged.

        Raises:
            StoreFails: the store cannot be reached, or accepts no writes.
        """
        try:
            yield
        except DBAPIError as error:
            if not isinstance(error, OperationalError) and not isinstance(error.orig, ReadOnly):
                raise
            reason = str(error.orig).partition("\n")[0]
            if not self._lasts:
                _log.error("The worker cannot use the store; what is due is tried again.", reason=reason)
            self._lasts = True
            raise StoreFails(reason) from None

    def record_write(self) -> None:
        """Record that the store accepted a write. Only that ends an outage: a read-only store answers readers."""
        if self._lasts:
            _log.info("The worker can use the store again.")
        self._lasts = False
