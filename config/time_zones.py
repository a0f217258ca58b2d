"""Where this process finds the rules of time zones: only the package tzdata is the same on every machine."""

import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

#: What is right.
ADVICE: Final = "set PYTHONTZPATH= (empty) for every process of Presently"

#: Files in which a machine's copy of the rules tells their version, and what stands before it.
_VERSIONS: Final = (("tzdata.zi", "# version "), ("+VERSION", ""), ("version", ""))


@dataclass(frozen=True, slots=True)
class Source:
    """A copy of the rules: a folder of the machine, or without one the package; and its version."""

    folder: Path | None
    version: str


def source() -> Source:
    """Return the copy that Python searches first, which PYTHONTZPATH names before Python starts."""
    return source_of(Path(folder) for folder in zoneinfo.TZPATH)


def source_of(folders: Iterable[Path]) -> Source:
    """Return the first of these folders that exists, else the package."""
    folder = next((folder for folder in folders if folder.is_dir()), None)
    if folder is None:
        return Source(None, version("tzdata"))
    return Source(folder, _version_in(folder))


def _version_in(folder: Path) -> str:
    for name, before in _VERSIONS:
        try:
            with (folder / name).open(encoding="ascii", errors="replace") as file:
                first = file.readline().strip()
        except OSError:
            continue
        if first.startswith(before):
            return first.removeprefix(before)
    return "of an unknown version"
