"""Query parameters of the lists of this dialect: limit, offset, order and words to match."""

import re
from typing import Annotated, Final

from fastapi import Depends, Query
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from domain.listings import PageRequest

#: Larger numbers in a query have the same effect as this one.
_MOST = 2**31 - 1


_DIGITS: Final = re.compile("[0-9]*")


def _digits(value: str) -> str:
    if not _DIGITS.fullmatch(value):
        message = "It must be a whole number, 0 or more."
        raise PydanticCustomError("digits", message)
    return value


def _order(value: str) -> str:
    if value.partition(",")[2] not in {"", "asc", "desc"}:
        message = "After the comma, it must be asc or desc."
        raise PydanticCustomError("order", message)
    return value


_Order = Annotated[str, AfterValidator(_order)]
Digits = Annotated[str, AfterValidator(_digits), Field(json_schema_extra={"pattern": "^[0-9]*$"})]


def _page(
    limit: Annotated[Digits, Query(description="How many at most; all if empty", examples=["50"])] = "50",
    offset: Annotated[Digits, Query(description="How many to skip", examples=["0"])] = "0",
    sort: Annotated[
        list[_Order] | None,
        Query(
            description="A field, a comma, and `asc` or `desc`; unknown fields are ignored",
            examples=[["username,asc"]],
        ),
    ] = None,
    match: Annotated[
        str,
        Query(max_length=1000, description="Only items that contain all of these words", examples=["kim"]),
    ] = "",
) -> PageRequest:
    orders = (order.partition(",") for order in sort or ())
    return PageRequest(
        limit=limit_of(limit),
        offset=_number(offset) if offset else 0,
        order=tuple((field, direction == "desc") for field, _, direction in orders),
        match=match,
    )


def limit_of(digits: str) -> int | None:
    """Parse a limit; an empty one is none."""
    return _number(digits) if digits else None


def _number(digits: str) -> int:
    """Parse the number, up to the largest that a database takes. Python refuses numbers of many thousand digits."""
    significant = digits.lstrip("0")
    return _MOST if len(significant) > len(str(_MOST)) else min(int(significant or "0"), _MOST)


ThePage = Annotated[PageRequest, Depends(_page)]
Level = Annotated[
    int, Query(ge=0, le=2, description="How much each item contains: 0 little, 1 or 2 all", examples=[1])
]
