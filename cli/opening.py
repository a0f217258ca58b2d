"""Opens the store for one use case of a domain or a person; if there is none, the operator is told so."""

from collections.abc import Iterator
from contextlib import contextmanager

from cli.environment import open_store, read_settings
from cli.mistakes import Mistake
from domain.refusals import DomainUnknown, PersonUnknown
from services import domains
from store.store import Store


@contextmanager
def for_domain(number: int | None) -> Iterator[Store]:
    """Open the store for a use case of the domain with this number; `None` stands for the default one.

    Raises:
        Mistake: there is no such domain, or the store cannot be used.
    """
    with open_store(read_settings()) as store:
        try:
            yield store
        except DomainUnknown:
            advice = (
                "./presently domain list shows which there are"
                if domains.listed(store)
                else "add one: ./presently domain add NAME --zone AREA/CITY"
            )
            raise Mistake(f"There is no domain {number or 1}; {advice}.") from None


@contextmanager
def for_person(mail: str) -> Iterator[Store]:
    """Open the store for a use case of the person with this first or further mail address.

    Raises:
        Mistake: nobody has this address, or the store cannot be used.
    """
    with open_store(read_settings()) as store:
        try:
            yield store
        except PersonUnknown:
            raise Mistake(f"Nobody has the address {mail}.") from None


@contextmanager
def for_account(name: str, *, domain: int | None = None) -> Iterator[Store]:
    """Open the store for a use case of the person with this login name or mail address, and of a domain if it has one.

    Raises:
        Mistake: nobody has this name, there is no such domain, or the store cannot be used.
    """
    with for_domain(domain) as store:
        try:
            yield store
        except PersonUnknown:
            raise Mistake(f"Nobody has {name} as address or login name.") from None
