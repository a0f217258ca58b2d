"""Scopes on the command line."""

from typing import Final

from cli.mistakes import Mistake
from domain.credentials import Scope

ALL: Final = ", ".join(Scope)

_MEANINGS: Final = {
    Scope.USER: "read everybody's statuses, write one's own; a service: everybody's",
    Scope.USER_READ: "read everybody's statuses",
    Scope.DIRECTORY: "read and write everybody's statuses",
    Scope.DIRECTORY_READ: "read everybody's statuses",
}
EXPLAINED: Final = "; ".join(f"{scope} ({_MEANINGS[scope]})" for scope in Scope)


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
