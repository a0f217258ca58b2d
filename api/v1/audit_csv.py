"""The audit as CSV (RFC 4180), a line for each change, for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from api.v1.history_schemas import AuditedChange, LayerAnswer

MEDIA_TYPE: Final = "text/csv"

_OF_LAYER: Final = ("status", "name", "message", "startsAt", "endsAt", "replies", "bookedBy")
_OF_CHANGE: Final = ("id", "at", "kind", "text", "actor", "client", "requestId", "job")

COLUMNS: Final = (
    *_OF_CHANGE,
    "personNumber",
    "personEmail",
    "personName",
    "statusId",
    "changed",
    *(f"{side}.{name}" for side in ("before", "after") for name in _OF_LAYER),
)

#: A spreadsheet takes a cell that begins with one of these for a formula (OWASP, "CSV Injection"); the last four are
#: the full-width forms of the first four.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def head() -> str:
    """Return the line with the names of the columns."""
    return _lines([COLUMNS])


def lines(changes: Iterable[AuditedChange]) -> str:
    """Return the lines of these changes."""
    return _lines(_cells(change) for change in changes)


def _lines(rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def _cells(change: AuditedChange) -> Iterator[object]:
    yield from (getattr(change, name) for name in _OF_CHANGE)
    yield from (change.person.number, change.person.email, change.person.name)
    told = change.after or change.before
    yield told and told.id
    yield " ".join(change.changed or ())
    for layer in (change.before, change.after):
        yield from _layer_cells(layer)


def _layer_cells(layer: LayerAnswer | None) -> Iterator[object]:
    yield from (getattr(layer, name) if layer else None for name in _OF_LAYER)


def _harmless(cell: object) -> str:
    """Return a cell as text that no spreadsheet takes for a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
