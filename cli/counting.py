"""Counts with their nouns."""


def counted(number: int, one: str, several: str) -> str:
    """Return the number with its noun, such as `1 person` or `1,200 people`."""
    return f"{number:,} {one if number == 1 else several}"
