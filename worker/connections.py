"""The connections of a worker process, opened in each child after the fork and before its first task."""

from functools import cache
from typing import Any, Final

import structlog
from celery.signals import worker_process_init, worker_process_shutdown
from sqlalchemy.exc import SQLAlchemyError

from broker.broker import Broker
from config import garbage
from config.settings import Settings
from store.postgresql import BACKGROUND
from store.store import Store

_log: Final = structlog.get_logger("presently.worker")


@cache
def store() -> Store:
    """Return the store of this process."""
    return Store(Settings().store_url, pool_size=1, by_index=True, limits=BACKGROUND)


@cache
def broker() -> Broker:
    """Return the connection of this process to the broker."""
    return Broker(Settings().redis_url)


@worker_process_init.connect
def _warm_up(**_: Any) -> None:
    """Connect and prepare the statements now: the first use takes 30 to 45 ms, which would delay a due status."""
    store.cache_clear()
    broker.cache_clear()
    try:
        with store().writing() as transaction:
            transaction.due.rehearse()
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).partition("\n")[0]
        _log.warning("The store cannot be reached yet; the first task tries again.", reason=reason)
    garbage.keep_what_is_loaded()


@worker_process_shutdown.connect
def _close(**_: Any) -> None:
    store().close()
