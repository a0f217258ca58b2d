"""Files that only their owner may read."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def write(path: Path, text: str) -> None:
    """Put `text` in the file at `path`: all of it or nothing, and from the start for its owner only.

    Raises:
        OSError: that cannot be; it names the file.
    """
    try:
        with draft(path) as unfinished:
            unfinished.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


@contextmanager
def draft(path: Path) -> Iterator[Path]:
    """Give an empty file, for its owner only, that is put at `path` when the block ends; none is left if it raises."""
    unfinished = empty(path.with_name(f"{path.name}.unfinished"))
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def empty(path: Path) -> Path:
    """Make an empty file that only its owner may read, in place of one that an interrupted try left, and return it."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return path
