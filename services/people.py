"""People of a domain: pages of them, and single ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.credentials import Caller
from domain.directory import Person, Whom
from domain.permissions import AccessTarget
from services import admission
from store.store import Store


@dataclass(frozen=True, slots=True)
class Listed:
    """A person with their further mail addresses."""

    person: Person
    aliases: Sequence[str]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of people, and the number of the person after whom the next page begins; `None` on the last page."""

    people: Sequence[Listed]
    next_after: int | None


def page(store: Store, caller: Caller, domain_id: int, *, after: int, limit: int) -> Page:
    """Return at most `limit` active people of a domain with numbers above `after`, ordered by number.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not read this domain.
    """
    with store.reading() as transaction:
        admission.principal(transaction, caller.credential).check_may_read(AccessTarget(domain_id))
        found = transaction.directory.page(domain_id, after=after, limit=limit + 1)
        people = found[:limit]
        aliases = transaction.directory.aliases(people)
    listed = [Listed(person, aliases[person.id]) for person in people]
    return Page(listed, people[-1].id if len(found) > limit else None)


def get(store: Store, caller: Caller, whom: Whom) -> Listed:
    """Return one active person.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not read this domain.
        PersonUnknown: there is no such person.
    """
    with store.reading() as transaction:
        principal = admission.principal(transaction, caller.credential)
        principal.check_may_read(AccessTarget(whom.domain_id))
        person = transaction.directory.person(whom.domain_id, whom.reference)
        aliases = transaction.directory.aliases([person])
    return Listed(person, aliases[person.id])
