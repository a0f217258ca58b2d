"""Fixtures for the tests of the launcher."""

from pathlib import Path

import pytest

from tests.bootstrap.house import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Return a folder with the launcher."""
    return House(tmp_path.resolve())
