"""What administrators see of the system: domains, organisations and roles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.credentials import Login
from domain.directory import Domain
from domain.listings import Headcount, Listing, PageRequest
from domain.permissions import Capability, Role
from domain.principals import Administrator
from domain.refusals import OrganisationUnknown, RoleUnknown
from services import admission
from store.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class CountedDomain:
    """A domain, and the number of its people."""

    domain: Domain
    people: Headcount


@dataclass(frozen=True, slots=True)
class AssignedRole:
    """A role, and the mail addresses of the people who have it, by their numbers."""

    role: Role
    holders: Mapping[int, str]


def check_may(store: Store, login: Login, *some: Capability) -> None:
    """Check that the administrator has one of these capabilities; without arguments, any.

    Raises:
        NotSignedIn: the login is not valid any more.
        NotAllowed: the administrator has none of them, or is deactivated.
    """
    with store.reading() as transaction:
        admission.administrator(transaction, login).check_may(*some)


def check_may_read(store: Store, login: Login, domain_id: int) -> None:
    """Check that the administrator may read a domain, which need not exist.

    Raises:
        NotSignedIn: the login is not valid any more.
        NotAllowed: the administrator may not read this domain, or is deactivated.
    """
    with store.reading() as transaction:
        reader(transaction, login, domain_id)


def check_domain(store: Store, login: Login, domain_id: int) -> None:
    """Check that the administrator may read a domain, and that it exists.

    Raises:
        DomainUnknown: there is no such domain.
        Refusal: as in `check_may_read`.
    """
    with store.reading() as transaction:
        reader(transaction, login, domain_id)
        transaction.directory.domain(domain_id)


def check_person(store: Store, login: Login, domain_id: int, number: int) -> None:
    """Check that the administrator may read a person, and that the person exists.

    Raises:
        PersonUnknown: there is no such person.
        Refusal: as in `check_may_read`.
    """
    with store.reading() as transaction:
        reader(transaction, login, domain_id)
        transaction.directory.registered(domain_id, number)


def domains(store: Store, login: Login, page: PageRequest, *some: Capability) -> Listing[Domain]:
    """Return a page of the domains that the administrator may read.

    Raises:
        Refusal: as in `check_may`.
    """
    with store.reading() as transaction:
        return _domains(transaction, login, page, some)


def counted_domains(
    store: Store, login: Login, page: PageRequest, *some: Capability
) -> Listing[CountedDomain]:
    """Return what `domains` returns, with the number of people of each domain.

    Raises:
        Refusal: as in `check_may`.
    """
    with store.reading() as transaction:
        found = _domains(transaction, login, page, some)
        headcounts = transaction.listings.headcounts()
    counted = [CountedDomain(domain, headcounts.get(domain.id, Headcount())) for domain in found.items]
    return Listing(counted, found.count)


def counted_domain(store: Store, login: Login, domain_id: int) -> CountedDomain:
    """Return one domain, with the number of its people.

    Raises:
        DomainUnknown: there is no such domain.
        Refusal: as in `check_may_read`.
    """
    with store.reading() as transaction:
        reader(transaction, login, domain_id)
        domain = transaction.directory.domain(domain_id)
        headcounts = transaction.listings.headcounts()
    return CountedDomain(domain, headcounts.get(domain_id, Headcount()))


def number_of_people(store: Store, login: Login) -> int:
    """Count the people of all domains, including deactivated ones.

    Raises:
        Refusal: as in `check_may`.
    """
    with store.reading() as transaction:
        admission.administrator(transaction, login).check_may(Capability.SYSTEM_ADMIN_WRITE)
        headcounts = transaction.listings.headcounts().values()
    return sum(people.active + people.inactive for people in headcounts)


def organisations(store: Store, login: Login) -> dict[int, list[Domain]]:
    """Return the domains of each organisation, ordered by its number; domains without one are left out.

    Raises:
        Refusal: as in `check_may`.
    """
    with store.reading() as transaction:
        admission.administrator(transaction, login).check_may(Capability.SYSTEM_ADMIN_READ)
        every = transaction.directory.domains()
    found: dict[int, list[Domain]] = {}
    for domain in every:
        found.setdefault(domain.organisation_id, []).append(domain)
    return {number: found[number] for number in sorted(found) if number}


def organisation(store: Store, login: Login, number: int) -> Sequence[Domain]:
    """Return the domains of one organisation.

    Raises:
        OrganisationUnknown: no domain belongs to it.
        Refusal: as in `check_may`.
    """
    found = organisations(store, login)
    if number not in found:
        raise OrganisationUnknown
    return found[number]


def roles(store: Store, login: Login) -> list[AssignedRole]:
    """Return every role that at least one person has, ordered by number.

    Raises:
        Refusal: as in `check_may`.
    """
    with store.reading() as transaction:
        admission.administrator(transaction, login).check_may(Capability.SYSTEM_ADMIN_READ)
        held = transaction.accounts.roles()
        addresses = transaction.listings.named(held)
    holders: dict[Role, dict[int, str]] = {}
    for number in sorted(held):
        for role in held[number]:
            holders.setdefault(role, {})[number] = addresses[number]
    return [AssignedRole(role, holders[role]) for role in sorted(holders, key=lambda role: role.number)]


def role(store: Store, login: Login, number: int) -> AssignedRole:
    """Return one role that at least one person has.

    Raises:
        RoleUnknown: nobody has it.
        Refusal: as in `check_may`.
    """
    for assigned in roles(store, login):
        if assigned.role.number == number:
            return assigned
    raise RoleUnknown


def reader(transaction: Transaction, login: Login, domain_id: int) -> Administrator:
    """Return the administrator of a login who may read this domain, which need not exist.

    Raises:
        Refusal: as in `check_may_read`.
    """
    administrator = admission.administrator(transaction, login)
    administrator.check_may_read(transaction.directory.access_target(domain_id))
    return administrator


def _domains(
    transaction: Transaction, login: Login, page: PageRequest, some: Sequence[Capability]
) -> Listing[Domain]:
    administrator = admission.administrator(transaction, login)
    administrator.check_may(*some)
    return transaction.listings.domains(page, administrator.roles)
