"""Every refusal, of the rules and of each protocol, to test a dialect's answer to each."""

from collections.abc import Iterator
from typing import Final

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


def _made(kind: type[Refusal]) -> Refusal:
    if issubclass(kind, ScopeMissing | NoScopeLeft):
        return kind(["user", "directory"])
    if issubclass(kind, EntryRefused | DomainExists | LoginNameTaken | NotADomainName | PlanIsOutdated):
        return kind("example.com")
    if issubclass(kind, StartsTooLate | NotBegun | PastUnknown):
        return kind(NINE)
    if issubclass(kind, TooManyPlans | TooManyEntries | DuplicateEntry | HasRefusedEntries):
        return kind(1000)
    if issubclass(kind, NotPossibleNow):
        return kind("applied", "planning")
    return kind("field") if issubclass(kind, InvalidValue) else kind()


#: These refusals always have a reason.
_NEVER_MADE: Final = {NotSignedIn, LoginRefused}

#: One of each kind.
EVERY_REFUSAL: Final = [_made(kind) for kind in _kinds_of(Refusal) if kind not in _NEVER_MADE]
