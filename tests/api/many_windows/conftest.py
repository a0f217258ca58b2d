"""The native client beside those of the two dialects."""

import pytest

from domain.directory import Person
from store.store import Store
from tests.api.many_windows.planner import Planner


@pytest.fixture
def planner(store: Store, person: Person) -> Planner:
    """Return a native client for the first person."""
    return Planner(store, person)
