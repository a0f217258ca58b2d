"""The child processes of a worker, replaced soon when they die."""

from collections.abc import Callable
from typing import Any, Final

from celery.concurrency.asynpool import AsynPool
from celery.concurrency.prefork import TaskPool

_LOOK_SECONDS: Final = 0.5


class _Pool(AsynPool):
    """Looks for dead children twice a second.

    Celery learns of a child's end when its pipe closes, and looks at once whether it is dead. It may not be quite, and
    then nobody looks again for five seconds: all that while a pool whose children died together carries out nothing.
    """

    @property
    def timers(self) -> dict[Callable[[], Any], float]:
        """Return what is done every so many seconds."""
        return {self.maintain_pool: _LOOK_SECONDS}


class Pool(TaskPool):
    """Celery's pool of processes, of these."""

    Pool = _Pool
