"""Time zones, by their IANA names, and the rules by which their clocks go."""

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from functools import cache
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from domain.refusals import ZoneUnknown

#: The years that a fingerprint tells apart. They are fixed: if they began now, every fingerprint would change daily.
_FIRST, _LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2076, 1, 1, tzinfo=UTC)
#: No zone changes its clocks there and back within less.
_STEP: Final = timedelta(days=7)
_SECOND: Final = timedelta(seconds=1)


def check_zone(name: str) -> None:
    """Raise `ZoneUnknown` unless there is a zone of this name; the error suggests the nearest name."""
    zones = _names(zoneinfo.TZPATH)
    if name not in zones:
        # Not abbreviations: EST is near to CEST, and nobody means it.
        likely = get_close_matches(name, sorted(zone for zone in zones if "/" in zone), n=1)
        raise ZoneUnknown(
            "zone", hint=f"Did you mean {likely[0]}?" if likely else "One is, for example, Asia/Seoul."
        )


@cache
def _names(_rules: tuple[str, ...]) -> frozenset[str]:
    """Return all names, which are read from a file or from many folders."""
    return frozenset(available_timezones())


def fingerprint(name: str) -> str:
    """Return a text that is the same as long as the clocks of a zone go by the same rules from 2026 to 2075.

    It is computed from the instants at which the offset changes, and not from a file: the same rules can be written in
    several ways. That takes some milliseconds, once in a process for each zone.
    """
    return _fingerprint(name, zoneinfo.TZPATH)


@cache
def _fingerprint(name: str, _rules: tuple[str, ...]) -> str:
    zone = ZoneInfo(name)
    changes = (f"{at.isoformat()} {at.astimezone(zone).utcoffset()}" for at in (_FIRST, *_transitions(zone)))
    return sha256("\n".join(changes).encode()).hexdigest()


def _transitions(zone: ZoneInfo) -> Iterator[datetime]:
    """Yield the instants at which the offset changes."""
    at = _FIRST
    while at < _LAST:
        until = min(at + _STEP, _LAST)
        if at.astimezone(zone).utcoffset() != until.astimezone(zone).utcoffset():
            yield _transition(zone, at, until)
        at = until


def _transition(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Return the first second of `before` to `after` with another offset than `before` has."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
