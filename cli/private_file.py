"""Files that only their owner may read."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def write(path: Path, text: str) -> None:
    """Write `text` to the file at `path`, completely or not at all; from the start, only its owner may read it.

    Raises:
        OSError: it cannot be written; the error names the file.
    """
    try:
        with draft(path) as unfinished:
            unfinished.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


@contextmanager
def draft(path: Path) -> Iterator[Path]:
    """Make an empty private file, which replaces `path` when the block ends; it is removed if the block raises."""
    unfinished = empty(path.with_name(f"{path.name}.unfinished"))
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def empty(path: Path) -> Path:
    """Make an empty file that only its owner may read; it replaces one left by an interrupted run."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return path
