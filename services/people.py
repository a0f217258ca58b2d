"""People of a domain: pages of them, single ones, deactivation and reactivation."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from domain.credentials import Caller
from domain.directory import Person, PersonReference, Whom
from domain.events import Author
from domain.permissions import AccessTarget
from services import admission
from store.batches import batches
from store.store import Store, Transaction

#: The maximum number of people in one statement.
_BATCH: Final = 500


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


def with_address(store: Store, domain_id: int, address: str) -> Person:
    """Return the active person of the domain with this mail address.

    Raises:
        PersonUnknown: there is no such person.
    """
    with store.reading() as transaction:
        return transaction.directory.person(domain_id, PersonReference(email=address.lower()))


def active(store: Store, address: str) -> Person:
    """Return the active person with this mail address, in any domain, for the operator.

    Raises:
        PersonUnknown: nobody active has this address.
    """
    with store.reading() as transaction:
        return transaction.directory.with_address(address)


def first(store: Store, domain_id: int) -> Person | None:
    """Return the active person of the domain with the lowest number, if there is anybody."""
    with store.reading() as transaction:
        return next(iter(transaction.directory.page(domain_id, after=0, limit=1)), None)


def everybody(store: Store, domain_id: int) -> Sequence[Person]:
    """Return all active people of the domain, ordered by number."""
    with store.reading() as transaction:
        return transaction.directory.people(domain_id)


@dataclass(frozen=True, slots=True)
class Deactivation:
    """A person as they were before they were deactivated, and the number of statuses that were deleted."""

    person: Person
    deleted_statuses: int


def deactivate(store: Store, address: str, *, by: Author) -> Deactivation:
    """Deactivate the person with this mail address as `deactivate_all` does; if they are deactivated, change nothing.

    Raises:
        PersonUnknown: nobody has this mail address.
    """
    with store.writing() as transaction:
        person = transaction.directory.registered_with_address(address)
        deleted = deactivate_all(transaction, [person.id], by=by) if person.is_active else 0
    return Deactivation(person, deleted)


def reactivate(store: Store, address: str) -> Person:
    """Reactivate the person with this mail address, and return them as they were; if they are active, change nothing.

    Raises:
        PersonUnknown: nobody has this mail address.
    """
    with store.writing() as transaction:
        person = transaction.directory.registered_with_address(address)
        if not person.is_active:
            reactivate_all(transaction, [person.id])
    return person


def deactivate_all(transaction: Transaction, people: Collection[int], *, by: Author) -> int:
    """Deactivate these people, and return how many statuses were deleted.

    Nobody finds them any more, and their tokens and logins become invalid. Their statuses and remembered reply texts
    are deleted, each with an event. Their mail addresses and external keys stay reserved for them.
    """
    deleted = 0
    for numbers in batches(sorted(people), _BATCH):
        transaction.directory.deactivate(numbers, at=transaction.now())
        deleted += transaction.statuses.delete_all_of(numbers, by=by)
        transaction.reply_texts.delete_all_of(numbers, by=by, at=transaction.now())
    return deleted


def reactivate_all(transaction: Transaction, people: Collection[int]) -> None:
    """Reactivate these people. They start without password, roles and login names."""
    for numbers in batches(sorted(people), _BATCH):
        transaction.directory.reactivate(numbers)
