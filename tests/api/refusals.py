"""Every refusal, of the rules and of each protocol, to test a dialect's answer to each."""

from collections.abc import Iterator
from types import UnionType
from typing import Any, Final

import api.dialects  # noqa: F401 (it imports the refusals of each protocol)
from domain.refusals import (
    DomainExists,
    DuplicateEntry,
    EntryRefused,
    HasRefusedEntries,
    InvalidValue,
    LoginNameTaken,
    LoginRefused,
    NoScopeLeft,
    NotADomainName,
    NotBegun,
    NotPossibleNow,
    NotSignedIn,
    PastUnknown,
    PlanIsOutdated,
    Refusal,
    ScopeMissing,
    StartsTooLate,
    TooManyEntries,
    TooManyPlans,
)
from tests.builders import NINE


def _kinds_of(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _kinds_of(child)


#: With what refusals are made whose kind, or its parent, needs something.
_MADE_WITH: Final[dict[type[Refusal] | UnionType, tuple[Any, ...]]] = {
    ScopeMissing | NoScopeLeft: (["user", "directory"],),
    EntryRefused | DomainExists | LoginNameTaken | NotADomainName: ("example.com",),
    StartsTooLate | NotBegun | PastUnknown: (NINE,),
    TooManyPlans | TooManyEntries | DuplicateEntry | HasRefusedEntries: (1000,),
    NotPossibleNow: ("applied", "planning"),
    PlanIsOutdated: (2, "a of u1@example.com is not as the plan saw it."),
    InvalidValue: ("field",),
}


def _made(kind: type[Refusal]) -> Refusal:
    return kind(*next((given for kinds, given in _MADE_WITH.items() if issubclass(kind, kinds)), ()))


#: These refusals always have a reason.
_NEVER_MADE: Final = {NotSignedIn, LoginRefused}

#: One of each kind.
EVERY_REFUSAL: Final = [_made(kind) for kind in _kinds_of(Refusal) if kind not in _NEVER_MADE]
