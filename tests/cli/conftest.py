"""Fixtures for the tests of the command line."""

import pytest

from tests.cli.terminal import Terminal


@pytest.fixture
def terminal(store_url: str, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return a terminal with an empty store, on each database in turn."""
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", store_url)
    return Terminal()
