"""Cursors of the NAVER WORKS dialect: where in a list the next page begins, as clients hand it back."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

from domain.refusals import NotACursor

_WITHIN: Final = re.compile(rb"person:(\d{1,10})", re.ASCII)


def after(person_id: int) -> str:
    """Return the cursor of what comes after this person, whoever comes and goes meanwhile."""
    return urlsafe_b64encode(f"person:{person_id}".encode()).decode().rstrip("=")


def person_id(cursor: str) -> int:
    """Return the number of the person after whom the page begins; without a cursor it is the first page.

    Raises:
        NotACursor: it was not made here.
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
