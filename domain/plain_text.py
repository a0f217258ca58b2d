"""HTML and plain text, each seen as the other."""

import html
import re
from html.parser import HTMLParser
from typing import Final

_BREAKS_BEFORE: Final = {
    "p",
    "div",
    "li",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "pre",
    "table",
}
_UNSEEN: Final = {"script", "style", "head", "title"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 (the base class's signature)
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "br" or tag in _BREAKS_BEFORE:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN and self._unseen:
            self._unseen -= 1

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(re.sub(r"\s+", " ", data))


def from_html(markup: str) -> str:
    """Return what a reader would see of `markup`: no tags, a line for each block, no blank lines."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    lines = (line.strip() for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)


def to_html(text: str) -> str:
    """Return `text` as HTML that shows it as it is."""
    return html.escape(text, quote=False).replace("\n", "<br>")
