"""Splitting many rows into batches."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

Row = TypeVar("Row")


def batches(rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    """Yield `rows` in order, at most `size` at a time."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
