"""Fixtures for the tests of the launcher."""

from pathlib import Path

import pytest

from tests.bootstrap.checkout import Checkout


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Return a folder with the launcher."""
    return Checkout(tmp_path.resolve())
