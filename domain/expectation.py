"""What a caller expects of that which a use case is about to change."""

from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

#: Checks what is stored before a write, in its transaction; raises `Changed` unless it is what the caller has seen.
Expectation = Callable[[Found], None]


def anything(_found: object) -> None:
    """Expect nothing."""
