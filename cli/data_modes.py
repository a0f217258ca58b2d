"""Takes the data folder, and the store in it, away from other users of this machine."""

import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cli.data_folder import LOCK
from cli.mistakes import Mistake, of_the_system
from config.settings import SQLITE_FILE, Settings

_OF_OTHERS: Final = 0o077


def correct(settings: Settings) -> None:
    """Let only the owner use the data folder and the store in it; report what cannot be changed on standard error.

    A folder that holds files of others and none of ours keeps its mode: it may be `/tmp`, set by mistake.

    Raises:
        Mistake: the folder cannot be read.
    """
    try:
        paths = list(_ours(settings.data))
    except OSError as error:
        raise Mistake(f"PRESENTLY_DATA: {of_the_system(error)}") from None
    for path in paths:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & _OF_OTHERS:
            # What is read-only is reported when it is written.
            try:
                path.chmod(mode & ~_OF_OTHERS)
            except PermissionError as error:
                sys.stderr.write(
                    f"presently: other users may be able to use it (mode {mode:o}): {of_the_system(error)}\n"
                )
            except OSError:
                return


def _ours(folder: Path) -> Iterator[Path]:
    files = sorted(folder.glob(f"{SQLITE_FILE}*"))
    if files or (folder / LOCK).exists() or not any(folder.iterdir()):
        yield folder
    yield from files
