"""Every refusal of the rules, so that a dialect can be asked for its answer to each."""

from collections.abc import Iterator
from typing import Final

from domain.refusals import InvalidValue, NotSignedIn, Refusal, ScopeMissing


def _kinds_of(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _kinds_of(child)


def _made(kind: type[Refusal]) -> Refusal:
    if issubclass(kind, ScopeMissing):
        return kind(["user", "directory"])
    return kind("endTime") if issubclass(kind, InvalidValue) else kind()


#: One of each kind. Nobody is refused as not signed in without a reason, so that kind alone is missing.
EVERY_REFUSAL: Final = [_made(kind) for kind in _kinds_of(Refusal) if kind is not NotSignedIn]
