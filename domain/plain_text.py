"""HTML and plain text, each seen as the other."""

import html
import re
from typing import Final

#: Markup, and what is in it that nobody sees. What is not closed reaches to the end, so that each character is read
#: once, and nothing is refused: `html.parser` takes time by the square of some broken markup, and raises at other.
_MARKUP: Final = re.compile(
    r"""
      <!--.*?(?:-->|\Z)
    | <(?P<unseen>script|style|title)\b[^>]*+>.*?(?:</(?P=unseen)\b[^>]*+(?:>|\Z)|\Z)
    | </?(?P<tag>[a-z][a-z0-9]*+)(?:[^>"']|"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))*+(?:>|\Z)
    | <[!?/][^>]*+(?:>|\Z)
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)

#: A number that no character has. Python reads none of many thousand digits.
_NO_CHARACTER: Final = re.compile(r"&#(?:[0-9]{10,}|x[0-9a-f]{10,});?", re.IGNORECASE)

_BLOCK: Final = re.compile("blockquote|br|div|h[1-6]|li|p|pre|table|tr")
_CELL: Final = re.compile("td|th")


def from_html(markup: str) -> str:
    """Return what a reader would see of `markup`: no tags, a line for each block, no blank lines."""
    seen = _MARKUP.sub(_instead, " ".join(markup.split()))
    lines = (" ".join(characters(line).split()) for line in seen.split("\n"))
    return "\n".join(line for line in lines if line)


def to_html(text: str) -> str:
    """Return `text` as HTML that shows it as it is."""
    return html.escape(text, quote=False).replace("\n", "<br>")


def _instead(markup: re.Match[str]) -> str:
    """Return what separates the texts before and after this piece of markup."""
    tag = (markup["tag"] or "").lower()
    if _BLOCK.fullmatch(tag):
        return "\n"
    return " " if _CELL.fullmatch(tag) else ""


def characters(line: str) -> str:
    """Return `line` with characters in place of character references."""
    return html.unescape(_NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", line))
