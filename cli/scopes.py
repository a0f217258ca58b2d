"""Scopes on the command line."""

from typing import Final

from cli.mistakes import Mistake
from domain.caller import Scope

ALL: Final = ", ".join(Scope)


def parse(option: str, text: str) -> frozenset[Scope]:
    """Parse scopes separated by spaces or commas.

    Raises:
        Mistake: there is none, or one is unknown.
    """
    names = text.replace(",", " ").split()
    unknown = [name for name in names if name not in set(Scope)]
    if unknown or not names:
        raise Mistake(f"{option} takes one or more of {ALL}; not {' '.join(unknown) or 'nothing'}.")
    return frozenset(Scope(name) for name in names)
