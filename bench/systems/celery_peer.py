"""Shared by the three peers that use Celery: a task, and a worker of two processes."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from subprocess import Popen
from typing import Any, Final

from celery import Celery
from celery.signals import worker_process_init

from bench.effect import BROKER, connection, promote
from bench.workspace import Workspace
from harness.waiting import wait_until

TASK: Final = "promote"

#: Longer than any run: a message whose `eta` is further ahead than this timeout is delivered twice.
_VISIBILITY_TIMEOUT: Final = 24 * 3600  # seconds

#: Beat polls for new entries at least once a second; it has no other way to learn of them.
_MAX_INTERVAL: Final = 1  # seconds


def application(**settings: Any) -> Celery:
    """Build a Celery app with the peers' one task, and with its fastest settings for many small tasks."""
    app = Celery("bench", broker=os.environ[BROKER], set_as_current=False)
    app.conf.update(
        task_ignore_result=True,
        worker_prefetch_multiplier=64,
        broker_transport_options={"visibility_timeout": _VISIBILITY_TIMEOUT},
        worker_hijack_root_logger=False,
        **settings,
    )
    app.task(name=TASK)(promote)
    worker_process_init.connect(_warm_up, weak=False)
    return app


def _warm_up(**_: Any) -> None:
    connection().execute("SELECT 1")


@contextmanager
def running(
    workspace: Workspace, app: Celery, module: str, *, scheduler: str | None
) -> Iterator[dict[str, Popen[bytes]]]:
    """Run a worker, and beat if a scheduler is given, until the block ends; both are ready when it begins."""
    with ExitStack() as ends:
        worker = ends.enter_context(
            workspace.started(
                "worker",
                *("celery", "-A", module, "worker", "--concurrency=2"),
                *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            )
        )
        wait_until(lambda: app.control.ping(timeout=0.2))
        if scheduler is None:
            yield {"worker": worker}
            return
        beat = ends.enter_context(
            workspace.started(
                "beat",
                *("celery", "-A", module, "beat", "--loglevel=info", "--pidfile="),
                *(f"--scheduler={scheduler}", f"--max-interval={_MAX_INTERVAL}"),
            )
        )
        wait_until(lambda: workspace.has_said("beat", "beat: Starting..."))
        yield {"worker": worker, "beat": beat}
