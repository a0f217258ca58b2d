"""Cursors: clients send one as `after` to get the next page of a list. They are opaque, and short."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Final

from domain.refusals import InvalidValue

#: Longer ones are not ours.
LONGEST: Final = 200

_WITHIN: Final = re.compile(r"(\w+):([\x21-\x7e]+)", re.ASCII)


class NotACursor(InvalidValue):
    """Not a cursor of this list; start without one."""


def cursor(of: str, position: str) -> str:
    """Return the cursor for the page of the list `of` after this position, in printable ASCII without spaces."""
    return urlsafe_b64encode(f"{of}:{position}".encode()).decode().rstrip("=")


def position(of: str, text: str | None) -> str | None:
    """Return the position of a cursor of the list `of`; None, for the first page, without one.

    Raises:
        NotACursor: it is not a cursor of this list.
    """
    if text is None:
        return None
    try:
        within = _WITHIN.fullmatch(urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode())
    except ValueError:
        within = None
    if within is None or within[1] != of or cursor(of, within[2]) != text:
        raise NotACursor("?after")
    return within[2]


def number(of: str, text: str | None) -> int:
    """Return the position of a cursor as a number of the database; 0, for the first page, without one.

    Raises:
        NotACursor: it is not a cursor of this list.
    """
    at = position(of, text)
    return 0 if at is None else whole_number(at)


def whole_number(written: str) -> int:
    """Return a number of the database as a cursor writes it.

    Raises:
        NotACursor: it is none.
    """
    if not written.isdecimal() or len(written) > _DIGITS or int(written) >= 2**63:
        raise NotACursor("?after")
    return int(written)


def moment_cursor(of: str, moment: datetime, place: str | int) -> str:
    """Return the cursor for what follows a moment; `place` is the order among those of the same moment."""
    return cursor(of, f"{moment.isoformat()}/{place}")


def moment_and_place(of: str, text: str | None) -> tuple[datetime, str] | None:
    """Return the moment of a cursor and the place at it; None, for the first page, without one.

    Raises:
        NotACursor: it is not a cursor of this list.
    """
    at = position(of, text)
    if at is None:
        return None
    written, _, place = at.partition("/")
    return instant(written), place


def instant(written: str) -> datetime:
    """Return a moment as a cursor writes it, in UTC.

    Raises:
        NotACursor: it is none.
    """
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        raise NotACursor("?after") from None
    if found.utcoffset() != timedelta(0):
        raise NotACursor("?after")
    return found


_DIGITS: Final = len(str(2**63))
