"""One environment: which requirements it holds, and whether a process uses it."""

import fcntl
import hashlib
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bootstrap import requirements

_STAMP: Final = "presently-stamp"


@dataclass(frozen=True)
class Environment:
    """A folder with a Python and the libraries for it."""

    folder: Path

    @property
    def python(self) -> Path:
        """Return the path of its Python."""
        return self.folder / "bin" / "python"

    def was_made_from(self, wanted: Path) -> bool:
        """Return whether it was made here, from these requirements as they are now, and its Python has not changed.

        The Python that runs this does not matter: a second terminal may have another one first on its PATH.
        """
        try:
            return self._line(wanted) in (self.folder / _STAMP).read_text().splitlines()
        except OSError:
            return False

    def stamp(self, installed: Path) -> None:
        """Record the requirements it was made from. This is the last step: an incomplete environment has no record."""
        lines = "".join(f"{self._line(each)}\n" for each in requirements.included_in(installed))
        (self.folder / _STAMP).write_text(lines)

    def _line(self, wanted: Path) -> str:
        digest = hashlib.sha256(wanted.read_bytes()).hexdigest()
        python = self.python.resolve()
        return f"{wanted} {digest} {python} {python.stat().st_mtime_ns}"

    def is_in_use(self) -> bool:
        """Return whether a process that was started in it still runs: each locks the folder (`pin_environment.py`)."""
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(descriptor)
        return False

    def remove(self) -> None:
        """Delete the folder, and ignore errors."""
        with suppress(OSError):
            (self.folder / _STAMP).unlink()
        shutil.rmtree(self.folder, ignore_errors=True)
