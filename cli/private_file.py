"""Files that only their owner may read."""

import os
from contextlib import suppress
from pathlib import Path


def write(path: Path, text: str) -> None:
    """Put `text` in the file at `path`: all of it or nothing, and from the start for its owner only.

    Raises:
        OSError: that cannot be; it names the file.
    """
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        with os.fdopen(
            os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from error
