"""The operator at the terminal, who books for people as a service does; and refusals as one line each."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from cli import opening
from cli.mistakes import Mistake
from domain.credentials import Bearer, Caller, Scope
from domain.directory import Person, PersonReference, Whom
from domain.refusals import InvalidValue, PersonUnknown, Refusal, StatusUnknown
from services import people
from store.store import Store

#: The name that events carry.
NAME: Final = "./presently status"

#: The options that refusals are about.
_OPTIONS: Final[Mapping[str, str]] = {
    "starts_at": "--from",
    "from": "--from",
    "to": "--to",
    "half": "--half",
    "zone": "--zone",
}


@dataclass(frozen=True, slots=True)
class Operated:
    """The store, and the person for whom the operator acts."""

    store: Store
    caller: Caller
    person: Person

    @property
    def whom(self) -> Whom:
        """Return the person, for use cases."""
        return Whom(self.person.domain.id, PersonReference(number=self.person.id))


def caller(domain_id: int) -> Caller:
    """Return the operator as a caller in a domain, with every right."""
    return Caller(Bearer(name=NAME, domain_id=domain_id, scopes=frozenset({Scope.DIRECTORY})))


@contextmanager
def acting_for(address: str, *, end: str = "--to") -> Iterator[Operated]:
    """Open the store, to act for the person with this mail address; `end` is the option that says when it ends.

    Raises:
        Mistake: nobody has this address, or what was asked for is refused.
    """
    with opening.for_person(address) as store, readable_refusals(end=end):
        person = people.active(store, address)
        yield Operated(store, caller(person.domain.id), person)


@contextmanager
def readable_refusals(*, end: str = "--to") -> Iterator[None]:
    """Turn a refusal into a `Mistake` that names the option; `end` is the one that says when a status ends."""
    try:
        yield
    except PersonUnknown:
        raise
    except InvalidValue as refusal:
        raise Mistake(refusal.message({**_OPTIONS, "ends_at": end})) from None
    except StatusUnknown as refusal:
        raise Mistake(f"{refusal} ./presently status list shows which there are.") from None
    except Refusal as refusal:
        raise Mistake(str(refusal)) from None
