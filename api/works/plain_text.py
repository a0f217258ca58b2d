"""The plain text of an HTML reply: what `content` shows of it."""

from typing import Final

from lxml import etree

from api.texts import CONTROL

#: Elements that begin and end a line.
_BLOCKS: Final = frozenset(
    ["blockquote", "br", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "p", "pre", "table", "tr"]
)
_CELLS: Final = frozenset({"td", "th"})
#: Elements whose content is not shown.
_HIDDEN: Final = frozenset({"script", "style", "title"})

#: How much markup is parsed at a time; as soon as the text is long enough, the rest is not parsed.
PART: Final = 16 * 1024


# docs/workarounds.md#lxml-empty-document
def from_html(markup: str, *, length: int) -> str:
    """Return the first `length` characters of the text that `markup` shows.

    One line for each block, and no blank lines. No markup is refused, and the time is in proportion to its length.
    """
    if not markup:
        return ""  # the parser refuses to end before it has begun
    shown = _Shown()
    parser = etree.HTMLParser(target=shown, huge_tree=True)
    for start in range(0, len(markup), PART):
        parser.feed(markup[start : start + PART])
        if shown.length > length:
            break
    else:
        parser.close()
    return shown.text[:length]


class _Shown:
    """The text that a document shows, line by line. The parser calls it, and builds no tree."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._hidden = 0
        #: The length of the finished lines.
        self.length = 0

    @property
    def text(self) -> str:
        """Return the text so far."""
        return "\n".join(self._lines)

    def start(self, tag: str, _attributes: object) -> None:
        """Begin an element."""
        self._hidden += tag in _HIDDEN
        self._separate(tag)

    def end(self, tag: str) -> None:
        """End an element."""
        self._hidden -= tag in _HIDDEN
        self._separate(tag)

    def data(self, text: str) -> None:
        """Add text. White space is collapsed at the end of the line, as in a browser."""
        if not self._hidden:
            self._line.append(text)

    def close(self) -> None:
        """End the document."""
        self._end_line()

    def _separate(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_line()
        elif tag in _CELLS:
            self._line.append(" ")

    def _end_line(self) -> None:
        line = CONTROL.sub("", " ".join("".join(self._line).split()))
        self._line.clear()
        if line:
            self._lines.append(line)
            self.length += len(line) + 1
