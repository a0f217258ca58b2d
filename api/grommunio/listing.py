"""How the lists of this dialect are asked for: order, part and words to match stand in the query."""

from typing import Annotated

from fastapi import Depends, Query

from store.listings import Page

#: The largest number of a query that makes sense; more is as much as there is.
_MOST = 2**31 - 1


def _page(
    limit: Annotated[
        str, Query(pattern=r"^[0-9]*$", description="How many at most; empty: all", examples=["50"])
    ] = "50",
    offset: Annotated[
        str, Query(pattern=r"^[0-9]*$", description="How many to pass over", examples=["0"])
    ] = "0",
    sort: Annotated[
        list[str] | None, Query(description="A field, a comma, and asc or desc", examples=[["username,asc"]])
    ] = None,
    match: Annotated[
        str, Query(max_length=1000, description="Words that all must be found", examples=["kim"])
    ] = "",
) -> Page:
    orders = (order.partition(",") for order in sort or ())
    return Page(
        limit=_number(limit) if limit else None,
        offset=_number(offset) if offset else 0,
        order=tuple((field, direction == "desc") for field, _, direction in orders),
        match=match.replace("\0", " "),
    )


def _number(digits: str) -> int:
    """Return the number, or the largest that a database takes; Python reads none of many thousand digits."""
    significant = digits.lstrip("0")
    return _MOST if len(significant) > len(str(_MOST)) else min(int(significant or "0"), _MOST)


ThePage = Annotated[Page, Depends(_page)]
Level = Annotated[
    int, Query(ge=0, le=2, description="How much is told of each: 0 little, 1 or 2 all", examples=[1])
]
