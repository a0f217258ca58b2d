"""Texts in the bodies of requests."""

import re
from typing import Final

#: Characters that no text may contain: most control characters, and halves of characters, which no encoding has.
CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def printable(text: str) -> str:
    """Normalise the line ends of `text`; raise `ValueError` if it contains control characters."""
    if CONTROL.search(text):
        message = "Control characters cannot be used here."
        raise ValueError(message)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def one_line(text: str) -> str:
    """Return `text`; raise `ValueError` if it contains line breaks or other control characters."""
    if not text.isprintable():
        message = "Line breaks and other control characters cannot be used here."
        raise ValueError(message)
    return text
