"""Files that only their owner may read."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cli.mistakes import Mistake


def write(path: Path, text: str) -> None:
    """Write `text` to the file at `path`, completely or not at all; from the start, only its owner may read it.

    Raises:
        Mistake: `path` is a folder.
        OSError: it cannot be written; the error names `path`.
    """
    with draft(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")


@contextmanager
def draft(path: Path) -> Iterator[Path]:
    """Make an empty private file, which replaces `path` when the block ends; it is removed if the block raises.

    Raises:
        Mistake: `path` is a folder.
        OSError: it cannot be written; the error names `path`, not the file that was to replace it.
    """
    if path.is_dir():
        raise Mistake(f"{path} is a folder; name a file.")
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        yield empty(unfinished)
        unfinished.replace(path)
    except OSError as error:
        if error.filename in {str(unfinished), None}:
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def empty(path: Path) -> Path:
    """Make an empty file that only its owner may read; it replaces one left by an interrupted run."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return path
