"""Domains: list, get, add, change and remove."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time

from domain.credentials import Caller
from domain.directory import Domain, check_day_halves, check_domain_name
from domain.events import Author
from domain.permissions import AccessTarget
from domain.refusals import DomainExists
from domain.roster import Entry
from domain.wishes import NOON
from domain.zones import check_zone
from services import admission, time_zones
from services.definitions import switch_off, switch_on
from store.domain_contents import Contents
from store.store import Store, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """New values of a domain; `None` changes nothing."""

    name: str | None = None
    zone: str | None = None
    day_halves: time | None = None
    organisation_id: int | None = None
    statuses_are_on: bool | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """A domain after a change, and the numbers of statuses that were deleted, and that moved with its clocks."""

    domain: Domain
    deleted_statuses: int
    moved_statuses: int


@dataclass(frozen=True, slots=True)
class Counted:
    """A domain, and the number of rows that belong to it."""

    domain: Domain
    contents: Contents


def listed(store: Store) -> Sequence[Domain]:
    """Return all domains, ordered by number."""
    with store.reading() as transaction:
        return transaction.directory.domains()


def get(store: Store, number: int | None) -> Domain:
    """Return the domain with this number; without one the only domain, or domain 1 of several.

    Raises:
        DomainUnknown: there is no such domain.
    """
    with store.reading() as transaction:
        return chosen(transaction, number)


def shown(store: Store, caller: Caller, domain_id: int) -> Domain:
    """Return a domain to a caller who may read its people.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not read this domain.
        DomainUnknown: the domain was removed.
    """
    with store.reading() as transaction:
        admission.principal(transaction, caller.credential).check_may_read(AccessTarget(domain_id))
        return transaction.directory.domain(domain_id)


def add(store: Store, name: str, zone: str, *, organisation_id: int = 0, day_halves: time = NOON) -> Domain:
    """Add a domain with the built-in profile statuses, and return it.

    Raises:
        NotADomainName: the name cannot be used.
        ZoneUnknown: there is no such time zone.
        DomainExists: a domain has this name.
        InvalidValue: a day cannot be halved then.
    """
    check_domain_name(name)
    check_zone(zone)
    check_day_halves(day_halves)
    with store.writing() as transaction:
        _check_is_unused(transaction, name)
        added = transaction.directory.add_domain(name, zone, organisation_id=organisation_id)
        domain = replace(added, day_halves=day_halves)
        if domain != added:
            transaction.directory.save_domain(domain)
        return domain


def add_first(store: Store, name: str, zone: str, people: Sequence[Entry]) -> None:
    """Add a domain with these people if there is no domain yet; else change nothing."""
    with store.writing() as transaction:
        if transaction.directory.is_empty():
            domain = transaction.directory.add_domain(name, zone)
            transaction.roster.add(domain, people, at=transaction.now())


def change(store: Store, number: int, changes: Changes, *, by: Author) -> Changed:
    """Change a domain. Switching statuses off deletes all statuses and definitions of the domain.

    Statuses that were wished in days or local times follow its zone and its halves of the day, after the change is
    committed. If that is interrupted, the worker goes on with it.

    Raises:
        DomainUnknown: there is no such domain.
        NotADomainName: the name cannot be used.
        DomainExists: another domain has this name.
        ZoneUnknown: there is no such time zone.
        InvalidValue: a day cannot be halved then.
    """
    deleted = 0
    with store.writing() as transaction:
        domain = transaction.directory.domain(number)
        transaction.directory.save_domain(_changed(transaction, domain, changes))
        if changes.statuses_are_on is True:
            switch_on(transaction, number)
        elif changes.statuses_are_on is False:
            deleted = switch_off(transaction, number, by=by)
        domain = transaction.directory.domain(number)
    moved = 0
    if changes.zone is not None or changes.day_halves is not None:
        moved = time_zones.follow_all(store, time_zones.outdated(store, domain_id=number))
    return Changed(domain, deleted, moved)


def count(store: Store, number: int) -> Counted:
    """Count what `remove` would remove.

    Raises:
        DomainUnknown: there is no such domain.
    """
    with store.reading() as transaction:
        domain = transaction.directory.domain(number)
        return Counted(domain, transaction.domain_contents.count(number))


def remove(store: Store, number: int) -> None:
    """Remove a domain: its people with their statuses, texts, logins, roles and events, and its clients.

    Its number is never given to another domain, because issued tokens contain it and stay valid until they expire.

    Raises:
        DomainUnknown: there is no such domain.
    """
    with store.writing() as transaction:
        domain = transaction.directory.domain(number)
        transaction.domain_contents.delete(number)
        transaction.directory.reserve_number(domain, at=transaction.now())


def default(store: Store, number: int | None) -> Domain:
    """Return the domain with this number; without one the only domain, or domain 1 of several.

    Raises:
        DomainUnknown: there is no such domain.
    """
    with store.reading() as transaction:
        return chosen(transaction, number)


def chosen(transaction: Transaction, number: int | None) -> Domain:
    """Return the domain with this number; without one the only domain, or domain 1 of several.

    Raises:
        DomainUnknown: there is no such domain.
    """
    if number is None:
        domains = transaction.directory.domains()
        if len(domains) == 1:
            return domains[0]
    return transaction.directory.domain(number or 1)


def _changed(transaction: Transaction, domain: Domain, changes: Changes) -> Domain:
    if changes.name is not None:
        check_domain_name(changes.name)
        _check_is_unused(transaction, changes.name, by=domain.id)
        domain = replace(domain, name=changes.name.lower())
    if changes.zone is not None:
        check_zone(changes.zone)
        domain = replace(domain, zone=changes.zone)
    if changes.day_halves is not None:
        check_day_halves(changes.day_halves)
        domain = replace(domain, day_halves=changes.day_halves)
    if changes.organisation_id is not None:
        domain = replace(domain, organisation_id=changes.organisation_id)
    return domain


def _check_is_unused(transaction: Transaction, name: str, by: int | None = None) -> None:
    """Raise `DomainExists` if a domain other than number `by` has the name."""
    if any(domain.name == name.lower() and domain.id != by for domain in transaction.directory.domains()):
        raise DomainExists(name.lower())
