"""What the tests of the command line are given."""

import pytest

from tests.cli.terminal import Terminal


@pytest.fixture
def terminal(store_url: str, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return a terminal whose store has its tables and nothing else, on each database in turn."""
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", store_url)
    return Terminal()
