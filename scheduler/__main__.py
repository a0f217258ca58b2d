"""`python -m scheduler` runs beat. Celery's own command would load every plugin first: Flower, which is 26 MB."""

from typing import Any

from celery import platforms
from celery.apps import beat
from celery.beat import Service

from scheduler.app import app


class Beat(beat.Beat):
    """Celery's beat, which always ends when it is told to."""

    def install_sync_handler(self, service: Service) -> None:
        """End at SIGTERM and SIGINT.

        Celery's own handler closes the connections first, in the middle of whatever is done with them; what that raises
        looks like an outage to a tick, which would wait it out and go on. `service` closes them when it has ended.
        """

        def end(*_: Any) -> None:
            service.stop()
            raise SystemExit

        platforms.signals.update(SIGTERM=end, SIGINT=end)


if __name__ == "__main__":
    Beat(app=app, quiet=True).run()
