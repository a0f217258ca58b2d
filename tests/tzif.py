"""Compiled rules of one time zone (RFC 8536), for tests in which the rules change."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from zoneinfo import TZPATH, ZoneInfo, reset_tzpath

#: As in tzdata 2025b: an hour back in November.
OLDER: Final = "PST8PDT,M3.2.0,M11.1.0"
#: As in tzdata 2026f: summer time all year.
NEWER: Final = "<-07>7"

VANCOUVER: Final = "America/Vancouver"


def folder_of_rules(folder: Path, rule: str, zone: str = VANCOUVER) -> Path:
    """Write a folder for PYTHONTZPATH in which one zone goes by this POSIX rule, and return it."""
    file = folder / zone
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_block() + _block() + f"\n{rule}\n".encode())
    return folder


def _block() -> bytes:
    """Return a block without transitions: then the rule at the end of the file holds for all times."""
    counts = (0, 0, 0, 0, 1, 4)
    return b"TZif2" + bytes(15) + struct.pack(">6l", *counts) + struct.pack(">lbb", 0, 0, 0) + b"UTC\0"


@contextmanager
def rules(folder: Path) -> Iterator[None]:
    """Let this process go by the rules of a folder, as if it had been started with them."""
    before = TZPATH
    try:
        reset_tzpath((folder,))
        ZoneInfo.clear_cache()
        yield
    finally:
        reset_tzpath(before)
        ZoneInfo.clear_cache()
