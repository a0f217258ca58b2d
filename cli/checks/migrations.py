"""Whether the migrations lead to the tables that the code works with."""

from pathlib import Path
from tempfile import TemporaryDirectory

from store import migrate


def complaint() -> str:
    """Return in what an empty database, once upgraded, differs from the tables."""
    with TemporaryDirectory(prefix="presently-check-") as folder:
        url = f"sqlite:///{Path(folder) / 'empty.db'}"
        migrate.upgrade(url)
        return "\n".join(map(str, migrate.differences(url)))
