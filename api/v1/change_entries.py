"""Reads the entries of a change as they come: a JSON list, or a JSON object in each line (NDJSON)."""

import codecs
import json
from typing import Any, Final

from fastapi.exceptions import RequestValidationError

from api.guarded_route import UNREADABLE
from services.change_receiving import Line

#: In characters. Two replies of a megabyte fit.
_LONGEST_ENTRY: Final = 4_000_000
_BETWEEN: Final = " \t\r\n"
_NOT_AN_OBJECT: Final = "An entry is a JSON object."


class EntryReader:
    """The entries of a body, which comes in parts: a list, or lines. Lines may also be one list."""

    def __init__(self, *, is_list: bool) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._text = ""
        self._must_be_list = is_list
        self._is_list: bool | None = None
        self._is_over = False
        #: How many entries of a list were read.
        self._read = 0

    def feed(self, part: bytes, *, is_last: bool = False) -> list[Line]:
        """Return the entries that are whole now.

        Raises:
            RequestValidationError: the body is not UTF-8, or not what it should be.
        """
        try:
            self._text += self._decoder.decode(part, is_last)
        except UnicodeDecodeError:
            raise _unreadable("The body must be JSON in UTF-8.") from None
        if self._is_list is None:
            self._text = self._text.lstrip("\ufeff" + _BETWEEN)
            if self._text:
                self._is_list = self._text.startswith("[")
                if self._must_be_list and not self._is_list:
                    raise not_a_list("It must be a list of entries. Send lines as application/x-ndjson.")
        return self._of_list(is_last=is_last) if self._is_list else self._of_lines(is_last=is_last)

    def _of_lines(self, *, is_last: bool) -> list[Line]:
        *lines, rest = self._text.split("\n")
        self._text = rest
        if is_last:
            lines.append(rest)
        elif len(rest) > _LONGEST_ENTRY:
            raise _unreadable("A line is too long; each line is one entry.")
        return [_entry(line) for line in lines if line.strip()]

    def _of_list(self, *, is_last: bool) -> list[Line]:
        text, position, found = self._text, 0, list[Line]()
        while True:
            while position < len(text) and (text[position] in _BETWEEN or text[position] in "[,"):
                position += 1
            if position == len(text):
                break
            if self._is_over:
                raise _unreadable("Something follows the list.")
            if text[position] == "]":
                self._is_over, position = True, position + 1
                continue
            try:
                value, position = _DECODER.raw_decode(text, position)
            except (ValueError, RecursionError):
                if is_last or len(text) - position > _LONGEST_ENTRY:
                    last = self._read + len(found)
                    where = f"after entry {last}" if last else "from its beginning"
                    raise _unreadable(f"The list cannot be read {where}.") from None
                break
            found.append(value if isinstance(value, dict) else _NOT_AN_OBJECT)
        self._text = text[position:]
        self._read += len(found)
        if is_last and not self._is_over:
            raise _unreadable("The list does not end.")
        return found


_DECODER: Final = json.JSONDecoder()


def _entry(line: str) -> Line:
    try:
        value: Any = json.loads(line)
    except (ValueError, RecursionError):
        return "The line is no JSON."
    return value if isinstance(value, dict) else _NOT_AN_OBJECT


def not_a_list(sentence: str) -> RequestValidationError:
    """Return the error of a body that is JSON, but no list of entries."""
    return RequestValidationError([{"type": "not_a_list", "loc": ("body",), "msg": sentence, "input": None}])


def _unreadable(sentence: str) -> RequestValidationError:
    return RequestValidationError([{"type": UNREADABLE, "loc": ("body",), "msg": sentence, "input": None}])
