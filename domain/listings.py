"""Lists for administrators: the requested part, the part that was found, and the number of people."""

from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """The requested part of a list. `order` holds the names of fields, each with a flag for descending order."""

    limit: int | None = 50
    offset: int = 0
    order: tuple[tuple[str, bool], ...] = ()
    match: str = ""


@dataclass(frozen=True, slots=True)
class Listing(Generic[Item]):
    """A part of a list, and the length of the whole list."""

    items: list[Item]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Headcount:
    """The number of people in a domain."""

    active: int = 0
    inactive: int = 0
