"""Examines the free space on the disk of the data folder."""

import shutil
from pathlib import Path
from typing import Final

from cli.examinations.finding import Finding, Verdict
from cli.mistakes import of_the_system
from config.settings import Settings

_MEGABYTE: Final = 1_000_000

#: The logs of `./presently run` alone may grow to 360 MB.
_LITTLE: Final = 1_000 * _MEGABYTE
_NONE_TO_SPEAK_OF: Final = 100 * _MEGABYTE


def examine(settings: Settings) -> list[Finding]:
    """Check the free space of the data folder; return an empty list without one, as in a container."""
    try:
        if not settings.data.is_dir():
            return []
        return [judge(shutil.disk_usage(settings.data).free, settings.data.resolve())]
    except OSError as error:
        return [Finding("disk", Verdict.FAILED, f"PRESENTLY_DATA: {of_the_system(error)}")]


def judge(free: int, folder: Path) -> Finding:
    """Judge the number of free bytes at `folder`."""
    message = f"{free // _MEGABYTE:,} MB free at {folder}"
    if free >= _LITTLE:
        return Finding("disk", Verdict.OK, message)
    verdict = Verdict.WARNING if free >= _NONE_TO_SPEAK_OF else Verdict.FAILED
    return Finding("disk", verdict, f"{message}: make room")
