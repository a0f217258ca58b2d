"""django-celery-beat: beat with its entries in Django's tables, as `ClockedSchedule`."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from sqlalchemy.engine import make_url

from bench.effect import DATABASE
from bench.entry import Entry
from bench.systems import Running, celery_peer, peer
from bench.workspace import Workspace

ABOUT: Final = (
    "A `ClockedSchedule` and a one-off `PeriodicTask` for each entry, written in bulk. Beat polls every second (its "
    "default is every five) and keeps its connection (`CONN_MAX_AGE=None`)."
)
PACKAGES: Final = ("celery", "django-celery-beat", "django")
GRANULARITY: Final = timedelta(microseconds=1)
SECONDS_AN_ENTRY: Final = 0.001

_BATCH: Final = 1000


def _connection(url: str) -> dict[str, Any]:
    parts = make_url(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.database,
        "USER": parts.username,
        "HOST": parts.query["host"],
        "CONN_MAX_AGE": None,
    }


settings.configure(
    DATABASES={"default": _connection(os.environ[DATABASE])},
    INSTALLED_APPS=["django_celery_beat"],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    USE_TZ=True,
)
django.setup()

# Django must be set up before its models can be imported.
from django_celery_beat.models import ClockedSchedule, PeriodicTask, PeriodicTasks  # noqa: E402

app: Final = celery_peer.application(timezone="UTC")


@contextmanager
def running(workspace: Workspace) -> Iterator[Running]:
    """Run beat and a worker until the block ends."""
    call_command("migrate", verbosity=0)
    try:
        with celery_peer.running(
            workspace, app, __name__, scheduler="django_celery_beat.schedulers:DatabaseScheduler"
        ) as processes:
            yield peer(workspace, processes, _schedule, _forget)
    finally:
        connections.close_all()


def _schedule(entries: Sequence[Entry]) -> None:
    moments = sorted({entry.due_at for entry in entries})
    made = ClockedSchedule.objects.bulk_create(
        [ClockedSchedule(clocked_time=moment) for moment in moments], batch_size=_BATCH
    )
    clocked = {schedule.clocked_time: schedule for schedule in made}
    PeriodicTask.objects.bulk_create(
        [
            PeriodicTask(
                name=entry.status_id,
                task=celery_peer.TASK,
                args=json.dumps([entry.status_id]),
                clocked=clocked[entry.due_at],
                one_off=True,
            )
            for entry in entries
        ],
        batch_size=_BATCH,
    )
    PeriodicTasks.update_changed()


def _forget(entry: Entry) -> None:
    PeriodicTask.objects.get(name=entry.status_id).delete()
