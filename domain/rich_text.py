"""HTML that went through an editor: which spellings of a text are the same text.

The editor of admin-web gives back a text that nobody touched with a `<p>` around it, and with entities, line breaks and
blanks spelled its own way.
"""

import re
from typing import Final

from domain.plain_text import characters, to_html

#: An opening or closing tag, a comment, or the like; what is not closed reaches to the end.
_TAG: Final = re.compile(r"(<[a-z/!?][^>]*+>?)", re.IGNORECASE)
_LINE_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
_PARAGRAPH: Final = re.compile(r"<(?P<end>/)?p\s*>", re.IGNORECASE)

#: A picture within the markup, as editors write one that was pasted.
_PICTURE: Final = re.compile(r"data:image/[a-z0-9.+-]{1,64};base64,[a-z0-9+/=]*+", re.IGNORECASE)

_BLANKS: Final = re.compile("[ \t\r\n\f\v\N{NO-BREAK SPACE}]+")

# No text holds any of these by then: blanks are one space each, and NUL is refused in both dialects.
_LINE: Final = "\n"
_OPENED, _CLOSED = "\v", "\f"
_MARKUP: Final = "\0"


def is_same(one: str, other: str) -> bool:
    """Say whether both are the same text in the spelling of two editors."""
    return one == other or _canonical(one) == _canonical(other)


def is_plain(markup: str, plain: str) -> bool:
    """Say whether `markup` shows the lines of `plain` and nothing else; a paragraph may show as a blank line or not."""
    shown = _canonical(markup)
    return _canonical(to_html(plain)) in (
        shown.replace(_CLOSED, _LINE),
        shown.replace(_CLOSED, _LINE * 2),
    )


def is_blank(markup: str) -> bool:
    """Say whether there is nothing to see."""
    return not _canonical(markup)


def size_without_pictures(markup: str) -> int:
    """Return how long `markup` is without the pictures in it, in bytes of UTF-8."""
    return len(_PICTURE.sub("", markup).encode())


def _canonical(markup: str) -> str:
    """Return `markup` with one sign for each break, and every other tag as it is written."""
    parts = _TAG.split(markup)
    spelled = "".join(_sign(part) if position % 2 else _text(part) for position, part in enumerate(parts))
    spelled = re.sub(f" *([{_LINE}{_OPENED}{_CLOSED}]) *", r"\1", spelled)
    # An editor opens a paragraph where none is, and a browser ends one where the next begins.
    spelled = re.sub(f"(^|{_CLOSED}){_OPENED}", r"\1", spelled).replace(_OPENED, _CLOSED)
    # The last line break of a paragraph shows nothing.
    spelled = spelled.replace(_LINE + _CLOSED, _CLOSED)
    return spelled.strip(f" {_LINE}{_CLOSED}")


def _sign(tag: str) -> str:
    if _LINE_BREAK.fullmatch(tag):
        return _LINE
    if paragraph := _PARAGRAPH.fullmatch(tag):
        return _CLOSED if paragraph["end"] else _OPENED
    return _MARKUP + tag


def _text(part: str) -> str:
    return _BLANKS.sub(" ", characters(part))
