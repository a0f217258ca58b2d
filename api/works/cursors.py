"""Cursors of the NAVER WORKS dialect: clients send one to get the next page of a list."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

from domain.refusals import InvalidValue

_WITHIN: Final = re.compile(rb"person:(\d{1,10})", re.ASCII)


class NotACursor(InvalidValue):
    """Not a cursor of this list; start without one."""


def after(person_id: int) -> str:
    """Return the cursor of the page after this person. It stays right when people are added or removed."""
    return urlsafe_b64encode(f"person:{person_id}".encode()).decode().rstrip("=")


def person_id(cursor: str) -> int:
    """Return the number of the person before the page; 0, for the first page, without a cursor.

    Raises:
        NotACursor: it is not one of our cursors.
    """
    if not cursor:
        return 0
    try:
        written = _WITHIN.fullmatch(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        written = None
    number = int(written[1]) if written else 0
    if written is None or after(number) != cursor or number >= 2**31:
        raise NotACursor("cursor")
    return number
