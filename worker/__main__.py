"""`python -m worker` runs a worker. Celery's own command would load every plugin first: Flower, which is 26 MB."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from celery.utils.nodenames import default_nodename, host_format

import config.without_rich  # noqa: F401 (before the first import of structlog)
from config.settings import Settings
from config.tasks import HOUSEKEEPING, TIMERS
from worker.app import app
from worker.pool import Pool


# docs/workarounds.md#celery-command-plugins
def run(arguments: Sequence[str] | None = None) -> int:
    """Run a worker until it ends, and return its exit code."""
    parser = ArgumentParser("python -m worker", description="Carry out what beat sends.", allow_abbrev=False)
    parser.add_argument(
        "--hostname",
        metavar="NAME@%h",
        help="name in Flower (default: celery@%%h); two workers on one machine need different names",
    )
    worker = app.Worker(
        hostname=host_format(default_nodename(parser.parse_args(arguments).hostname)),
        queues=f"{TIMERS},{HOUSEKEEPING}",
        concurrency=Settings().worker_processes,
        pool=Pool,
        without_gossip=True,
        without_mingle=True,
        quiet=True,
    )
    worker.start()
    exit_code: int = worker.exitcode or 0
    return exit_code


if __name__ == "__main__":
    sys.exit(run())
