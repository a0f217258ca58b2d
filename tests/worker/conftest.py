"""Fixtures for the tests of the worker: its tasks, in this process and on the test's store."""

from types import ModuleType

import pytest

from store.store import Store
from tests.worker.tasks import on


@pytest.fixture
def tasks(store: Store, broker_url: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the module of the tasks."""
    return on(store, broker_url, monkeypatch)
