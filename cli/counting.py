"""Numbers of things, in words."""


def counted(number: int, one: str, several: str) -> str:
    """Return how many there are, with the word that goes with it."""
    return f"{number:,} {one if number == 1 else several}"
