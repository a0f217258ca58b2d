"""Scopes, as they are written on the command line."""

from typing import Final

from cli.mistakes import Mistake
from domain.caller import Scope

ALL: Final = ", ".join(Scope)


def parse(option: str, text: str) -> frozenset[Scope]:
    """Return the scopes that `text` names, between blanks or commas.

    Raises:
        Mistake: one of them is none, or there is none.
    """
    names = text.replace(",", " ").split()
    unknown = [name for name in names if name not in set(Scope)]
    if unknown or not names:
        raise Mistake(f"{option} takes one or more of {ALL}; not {' '.join(unknown) or 'nothing'}.")
    return frozenset(Scope(name) for name in names)
