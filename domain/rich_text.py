"""HTML of replies: made from plain text, and compared after it went through an editor, which changes its spelling.

The editor of admin-web returns even an unchanged text in another spelling: with a `<p>` around it, and with other
entities, line breaks and spaces.
"""

import html
import re
from typing import Final

#: An opening or closing tag, a comment, or the like; what is not closed extends to the end.
_TAG: Final = re.compile(r"(<[a-z/!?][^>]*+>?)", re.IGNORECASE)
_LINE_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
_PARAGRAPH: Final = re.compile(r"<(?P<end>/)?p\s*>", re.IGNORECASE)

#: An inline picture, as editors insert a pasted one.
_PICTURE: Final = re.compile(r"data:image/[a-z0-9.+-]{1,64};base64,[a-z0-9+/=]*+", re.IGNORECASE)

#: A character reference too large for any character. Python refuses to parse integers of many thousand digits.
_NO_CHARACTER: Final = re.compile(r"&#(?:[0-9]{10,}|x[0-9a-f]{10,});?", re.IGNORECASE)

_BLANKS: Final = re.compile("[ \t\r\n\f\v\N{NO-BREAK SPACE}]+")

# The text cannot hold any of these: by then all blanks are spaces, and both dialects refuse NUL.
_LINE: Final = "\n"
_OPENED, _CLOSED = "\v", "\f"
_MARKUP: Final = "\0"


def to_html(text: str) -> str:
    """Return HTML that shows `text` unchanged."""
    return html.escape(text, quote=False).replace("\n", "<br>")


def is_same(one: str, other: str) -> bool:
    """Check whether both are the same text in different spellings."""
    return one == other or _canonical(one) == _canonical(other)


def is_plain(markup: str, plain: str) -> bool:
    """Check whether `markup` shows exactly the lines of `plain`, with or without a blank line after a paragraph."""
    shown = _canonical(markup)
    return _canonical(to_html(plain)) in (
        shown.replace(_CLOSED, _LINE),
        shown.replace(_CLOSED, _LINE * 2),
    )


def is_blank(markup: str) -> bool:
    """Check whether `markup` shows nothing."""
    return not _canonical(markup)


def size_without_pictures(markup: str) -> int:
    """Return the length of `markup` without its inline pictures, in bytes of UTF-8."""
    return len(_PICTURE.sub("", markup).encode())


def _canonical(markup: str) -> str:
    """Return the canonical spelling: one control character for each line or paragraph break, other tags unchanged."""
    parts = _TAG.split(markup)
    spelled = "".join(_sign(part) if position % 2 else _text(part) for position, part in enumerate(parts))
    spelled = re.sub(f" *([{_LINE}{_OPENED}{_CLOSED}]) *", r"\1", spelled)
    # An editor adds an opening tag where there was none, and a browser closes a paragraph where the next one begins.
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
    return _BLANKS.sub(" ", html.unescape(_NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", part)))
