"""Lists of people as files: comma-separated values with a header line."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from cli.counting import counted
from cli.mistakes import Mistake
from domain.roster import Entry, Fault, Line

COLUMNS: Final = ("email", "name", "externalKey", "aliases", "administrator", "active")
_REQUIRED: Final = ("email", "name")
_YES_OR_NO: Final = {
    "true": True, "yes": True, "y": True, "1": True,
    "false": False, "no": False, "n": False, "0": False,
}  # fmt: skip


class _Bad(Exception):
    """A line cannot be read; the message is the reason."""


def read(text: str) -> tuple[list[Line], list[Fault]]:
    """Return the lines of a file that can be read, and the faults of the others.

    A field whose column is missing keeps its value. Lines are counted from 1, which is the header.

    Raises:
        Mistake: the header is missing or wrong, or the file is not CSV.
    """
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[Line] = []
    faults: list[Fault] = []
    header: Sequence[str] | None = None
    for number, row in _numbered(rows):
        if header is None:
            header = _header(row)
            continue
        try:
            lines.append(Line(number, _given(header, row)))
        except _Bad as reason:
            faults.append(Fault(number, str(reason)))
    if header is None:
        raise Mistake(f"The file is empty; its first line must be: {','.join(COLUMNS)}")
    return lines, faults


def written(people: Iterable[Entry]) -> str:
    """Return the text of a file with all of these people; importing it changes nothing."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for person in people:
        aliases = " ".join(person.aliases)
        flags = ("true" if flag else "false" for flag in (person.is_administrator, person.is_active))
        writer.writerow([person.email, person.name, person.external_key or "", aliases, *flags])
    return text.getvalue()


def _numbered(rows: Any) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty, each with the number of its first line.

    Raises:
        Mistake: a quotation mark is not closed, or is in a wrong place.
    """
    while True:
        number = rows.line_num + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            raise Mistake(f"line {number}: not comma-separated values: {error}.") from None
        if any(field.strip() for field in row):
            yield number, row


def _header(row: Sequence[str]) -> tuple[str, ...]:
    names = tuple(name.strip() for name in row)
    unknown = [name for name in names if name not in COLUMNS]
    missing = [name for name in _REQUIRED if name not in names]
    if unknown or missing or len(set(names)) < len(names):
        if any(";" in name for name in names):
            raise Mistake("The columns are separated by semicolons; use commas.")
        if unknown:
            what = "Unknown column" if len(unknown) == 1 else "Unknown columns"
            raise Mistake(f"{what} {', '.join(map(repr, unknown))}; the columns are {','.join(COLUMNS)}")
        wrong = f"lacks {' and '.join(missing)}" if missing else "names a column twice"
        raise Mistake(f"The first line {wrong}; it must be the header: {','.join(COLUMNS)}")
    return names


def _given(header: Sequence[str], row: Sequence[str]) -> dict[str, Any]:
    if len(row) != len(header):
        raise _Bad(f"It has {counted(len(row), 'field', 'fields')}; the header has {len(header)}.")
    fields = {name: field.strip() for name, field in zip(header, row, strict=True)}
    given: dict[str, Any] = {"email": fields["email"], "name": fields["name"]}
    if "externalKey" in fields:
        given["external_key"] = fields["externalKey"] or None
    if "aliases" in fields:
        given["aliases"] = tuple(fields["aliases"].split())
    if "administrator" in fields:
        given["is_administrator"] = _flag("administrator", fields["administrator"], empty=False)
    if "active" in fields:
        given["is_active"] = _flag("active", fields["active"], empty=True)
    return given


def _flag(column: str, field: str, *, empty: bool) -> bool:
    if not field:
        return empty
    if field.lower() not in _YES_OR_NO:
        raise _Bad(f"{column}: true or false, not {field!r}.")
    return _YES_OR_NO[field.lower()]
