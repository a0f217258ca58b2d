"""Refuses names that this dialect does not know, in bodies and queries, and suggests the nearest that it knows."""

import re
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Final

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.params import Query

from api import validation_messages
from api.misspelt_names import misspelt

#: The type of the validation error.
UNKNOWN: Final = "unknown_name"

_NUL: Final = "nul"

#: Longer names are not repeated, and nothing is near to them.
LONGEST: Final = 64

#: Names that mean the same to people who come from other APIs. A known name is suggested for the others of its line.
_SYNONYMS: Final[tuple[frozenset[str], ...]] = tuple(
    frozenset(line.split())
    for line in (
        "from since start starts startsAt startTime startDate startsOn begin begins",
        "to until till end ends endsAt endTime endDate endsOn",
        "at now on when date",
        "status profileStatusId profileStatus state kind",
        "message statusMessage text note reason",
        "autoReply autoReplyMail reply outOfOffice oof",
        "zone timeZone timezone tz",
        "externalId externalKey key reference",
        "limit count pageSize perPage size",
        "after cursor page next offset",
        "q query search match name filter",
        "away absent isAway",
        "shown shows showing status profileStatusId",
    )
)


def sentence(name: str, known: Collection[str]) -> str:
    """Say that a field is unknown, and which one is probably meant."""
    return _sentence("field", name, known)


def of_value(error: Mapping[str, Any]) -> str:
    """Describe a fault; of a value that is none of a list, also say which is probably meant."""
    told, value = validation_messages.message(error), error.get("input")
    if error["type"] != "literal_error" or not isinstance(value, str) or len(value) > LONGEST:
        return told
    known = {one.casefold(): one for one in re.findall(r"'([^']+)'", error["ctx"]["expected"])}
    near = get_close_matches(value.casefold(), known, n=1)
    return f"Did you mean {known[near[0]]}? {told}" if near else told


async def check_query(request: Request) -> None:
    """Raise `RequestValidationError` if the query has names that the route does not know, with all of them."""
    if not request.query_params:
        return
    parameters = get_flat_params(request.scope["route"].dependant)
    known = [field.alias for field in parameters if isinstance(field.field_info, Query)]
    faults = [
        {
            "type": UNKNOWN,
            "loc": ("query", name[:LONGEST]),
            "msg": _sentence("name", name, known),
            "input": None,
        }
        for name in request.query_params
        if name not in known
    ]
    if faults:
        raise RequestValidationError(faults)


async def check_nul(request: Request) -> None:
    """Raise `RequestValidationError` for NUL in the path or the query, with all places.

    PostgreSQL has no text with NUL, and refuses the statement: nothing that is looked for can have one. In bodies the
    schemas refuse it, with other control characters.
    """
    given = (("path", request.path_params.items()), ("query", request.query_params.multi_items()))
    faults = [
        {
            "type": _NUL,
            "loc": (place, name),
            "msg": "A NUL character (%00) cannot be used here.",
            "input": None,
        }
        for place, values in given
        for name, value in values
        if "\0" in str(value)
    ]
    if faults:
        raise RequestValidationError(faults)


def _sentence(kind: str, name: str, known: Collection[str]) -> str:
    if len(name) > LONGEST or not name.isprintable():
        return f"unknown {kind}."
    likely = _likely(name, known)
    if likely:
        return f"unknown {kind} `{name}`; did you mean `{likely}`?"
    listed = ", ".join(f"`{one}`" for one in known)
    return (
        f"unknown {kind} `{name}`; known are {listed}."
        if known
        else f"unknown {kind} `{name}`; none is known here."
    )


def _likely(name: str, known: Iterable[str]) -> str | None:
    names = list(known)
    if right := misspelt([name], names):
        return right[name]
    synonyms = set().union(*(line for line in _SYNONYMS if name in line))
    return next((one for one in names if one in synonyms), None) or next(
        iter(get_close_matches(name, names, n=1)), None
    )
