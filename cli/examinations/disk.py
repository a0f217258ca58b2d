"""The disk that the data folder is on."""

import shutil
from pathlib import Path
from typing import Final

from cli.examinations.finding import Finding, Verdict
from config.settings import Settings

_MEGABYTE: Final = 1_000_000

#: The logs of `./presently run` alone may grow to 360 MB.
_LITTLE: Final = 1_000 * _MEGABYTE
_NONE_TO_SPEAK_OF: Final = 100 * _MEGABYTE


def examine(settings: Settings) -> list[Finding]:
    """Return how much is free where the data folder is; nothing, where there is none, as in a container."""
    if not settings.data.is_dir():
        return []
    return [judge(shutil.disk_usage(settings.data).free, settings.data.resolve())]


def judge(free: int, folder: Path) -> Finding:
    """Return what it means that so many bytes are free at `folder`."""
    said = f"{free // _MEGABYTE:,} MB free at {folder}"
    if free >= _LITTLE:
        return Finding("disk", Verdict.OK, said)
    verdict = Verdict.WARNING if free >= _NONE_TO_SPEAK_OF else Verdict.FAILED
    return Finding("disk", verdict, f"{said}: make room")
