"""Beat without its process: a test calls its ticks, and checks what it sent."""

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from celery.schedules import schedule
from redis import Redis

from config.celery import make_celery
from config.settings import Settings
from config.tasks import HOUSEKEEPING, TIMERS
from harness.waiting import wait_until
from scheduler.beat import DueScheduler


@dataclass(frozen=True)
class Sent:
    """A message: its task, and the time for which it was sent."""

    task: str
    due_at: datetime | None


@dataclass(frozen=True)
class Beat:
    """A scheduler, and the queues it sends to."""

    scheduler: DueScheduler
    broker_url: str

    def tick_until(self, condition: Callable[[], object]) -> None:
        """Tick until the condition holds."""

        def has_come() -> bool:
            if condition():
                return True
            assert self.scheduler.tick() == 0
            return False

        wait_until(has_come)

    def sent(self) -> list[Sent]:
        """Return the messages for starts and ends, in order."""
        return self._queued(TIMERS)

    def housekeeping(self) -> list[str]:
        """Return the periodic tasks that were sent, in order."""
        return [sent.task for sent in self._queued(HOUSEKEEPING)]

    def repeat_every(self, period: timedelta) -> None:
        """Set the period of the periodic tasks to `period`."""
        for entry in self.scheduler.schedule.values():
            entry.schedule = schedule(period)

    def _queued(self, queue: str) -> list[Sent]:
        with Redis.from_url(self.broker_url, decode_responses=True) as client:
            return [_read(text) for text in client.lrange(queue, 0, -1)[::-1]]


def made(
    store_url: str,
    broker_url: str,
    monkeypatch: pytest.MonkeyPatch,
    kind: type[DueScheduler] = DueScheduler,
    **options: Any,
) -> Beat:
    """Return a beat that is not connected yet."""
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", store_url)
    monkeypatch.setenv("PRESENTLY_BROKER_URL", broker_url)
    return Beat(kind(make_celery(Settings()), **options), broker_url)


def _read(text: str) -> Sent:
    message = json.loads(text)
    _args, arguments, _embedded = json.loads(b64decode(message["body"]))
    due_at = arguments.get("due_at")
    return Sent(message["headers"]["task"], datetime.fromisoformat(due_at) if due_at else None)
