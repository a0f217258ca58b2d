"""Conversion between HTML and plain text."""

import html
import re
from typing import Final

#: Tags, comments, and elements whose content is not shown. What is not closed extends to the end, so each character is
#: read once and no input is refused. `html.parser` needs quadratic time for some broken markup and raises for other.
_MARKUP: Final = re.compile(
    r"""
      <!--.*?(?:-->|\Z)
    | <(?P<unseen>script|style|title)\b[^>]*+>.*?(?:</(?P=unseen)\b[^>]*+(?:>|\Z)|\Z)
    | </?(?P<tag>[a-z][a-z0-9]*+)(?:[^>"']|"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))*+(?:>|\Z)
    | <[!?/][^>]*+(?:>|\Z)
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)

#: A character reference too large for any character. Python refuses to parse integers of many thousand digits.
_NO_CHARACTER: Final = re.compile(r"&#(?:[0-9]{10,}|x[0-9a-f]{10,});?", re.IGNORECASE)

_BLOCK: Final = re.compile("blockquote|br|div|h[1-6]|li|p|pre|table|tr")
_CELL: Final = re.compile("td|th")


def from_html(markup: str) -> str:
    """Return the text that `markup` shows: no tags, one line for each block, no blank lines."""
    seen = _MARKUP.sub(_instead, " ".join(markup.split()))
    lines = (" ".join(characters(line).split()) for line in seen.split("\n"))
    return "\n".join(line for line in lines if line)


def to_html(text: str) -> str:
    """Return HTML that shows `text` unchanged."""
    return html.escape(text, quote=False).replace("\n", "<br>")


def _instead(markup: re.Match[str]) -> str:
    """Return the separator that replaces this piece of markup."""
    tag = (markup["tag"] or "").lower()
    if _BLOCK.fullmatch(tag):
        return "\n"
    return " " if _CELL.fullmatch(tag) else ""


def characters(line: str) -> str:
    """Replace the character references in `line` with their characters."""
    return html.unescape(_NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", line))
