"""Checks that the migrations create the tables that the code expects."""

from pathlib import Path
from tempfile import TemporaryDirectory

from store import migrate


def complaint() -> str:
    """List the differences between an upgraded empty database and the tables in the code."""
    with TemporaryDirectory(prefix="presently-check-") as folder:
        url = f"sqlite:///{Path(folder) / 'empty.db'}"
        migrate.upgrade(url)
        return "\n".join(map(str, migrate.differences(url)))
