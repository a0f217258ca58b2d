"""What `backup` and `restore` share."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.mistakes import Mistake
from config.settings import Settings
from store.copies import CopyFailed
from store.engine import parse_url


def sqlite_file(settings: Settings) -> Path | None:
    """Return the file of the store; `None` if it is on PostgreSQL.

    Raises:
        BadStoreUrl: it is neither.
    """
    url = parse_url(settings.store_url)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


@contextmanager
def copying(what_failed: str) -> Iterator[None]:
    """Put into words why a copy cannot be made or used.

    Raises:
        Mistake: it cannot.
    """
    try:
        yield
    except CopyFailed as error:
        raise Mistake(f"{what_failed}: {error}.") from None
