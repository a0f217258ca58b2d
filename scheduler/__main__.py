"""`python -m scheduler` runs beat. Celery's own command would load every plugin first: Flower, which is 26 MB."""

from typing import Any

from celery import platforms
from celery.apps import beat
from celery.beat import Service

import config.without_rich  # noqa: F401 (before the first import of structlog)
from scheduler.app import app


# docs/workarounds.md#celery-command-plugins
class Beat(beat.Beat):
    """Celery's beat, with signal handlers that always end it."""

    # docs/workarounds.md#celery-beat-signals
    def install_sync_handler(self, service: Service) -> None:
        """End at SIGTERM and SIGINT.

        Celery's own handler first closes the connections, even while a tick uses them. The tick takes the error for an
        outage, waits, and goes on. Here `service` closes the connections after it has ended.
        """

        def end(*_: Any) -> None:
            service.stop()
            raise SystemExit

        platforms.signals.update(SIGTERM=end, SIGINT=end)


if __name__ == "__main__":
    Beat(app=app, quiet=True).run()
