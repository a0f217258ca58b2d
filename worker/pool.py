"""A pool of child processes that quickly replaces dead ones."""

from collections.abc import Callable
from typing import Any, Final

from celery.concurrency.asynpool import AsynPool
from celery.concurrency.prefork import TaskPool

_POLL_SECONDS: Final = 0.5


class _Pool(AsynPool):
    """Checks for dead children twice a second.

    Celery checks a child when its pipe closes. If the child is not quite dead yet, Celery checks again only after five
    seconds. If all children die together, the pool carries out nothing all that time.
    """

    # docs/workarounds.md#celery-pool-checks
    @property
    def timers(self) -> dict[Callable[[], Any], float]:
        """Return the periodic functions of the pool with their intervals in seconds."""
        return {self.maintain_pool: _POLL_SECONDS}


class Pool(TaskPool):
    """Celery's process pool with these checks."""

    Pool = _Pool
