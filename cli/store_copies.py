"""Functions that `backup`, `restore` and `migrate` share."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from cli import data_folder
from cli.mistakes import Mistake
from config.settings import Settings
from store.copies import CopyFailed
from store.engine import parse_url


def sqlite_file(settings: Settings) -> Path | None:
    """Return the file of a SQLite store, or `None` if the store is on PostgreSQL.

    Raises:
        BadStoreUrl: it is on neither.
    """
    url = parse_url(settings.store_url)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def locked(settings: Settings, database: Path | None) -> AbstractContextManager[object]:
    """Lock the data folder, so that no `./presently run` starts meanwhile; without one, as in a container, none can.

    Raises:
        Mistake: a `run` has locked it.
    """
    return data_folder.lock(settings) if database or settings.data.is_dir() else nullcontext()


@contextmanager
def copying(what_failed: str) -> Iterator[None]:
    """Turn `CopyFailed` into a `Mistake` that begins with `what_failed`."""
    try:
        yield
    except CopyFailed as error:
        raise Mistake(f"{what_failed}: {error}.") from None
