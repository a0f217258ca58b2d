"""The worker's tasks in this process, for tests that cannot wait for real days to pass."""

from importlib import import_module
from types import ModuleType

import pytest
from redis import Redis

from broker.broker import Broker
from store.store import Store


def on(store: Store, broker_url: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the module of the tasks, with this store and this broker, which is emptied."""
    with Redis.from_url(broker_url) as client:
        client.flushall()
    # Celery's application is made when the module is imported, from the environment.
    monkeypatch.setenv("PRESENTLY_BROKER_URL", broker_url)
    tasks = import_module("worker.tasks")
    monkeypatch.setattr(tasks, "store", lambda: store)
    monkeypatch.setattr(tasks, "broker", lambda: Broker(broker_url))
    return tasks
