"""The directory as administrators see it: lists of people, and single ones with their login names and roles."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.credentials import Caller, Login
from domain.directory import Person
from domain.listings import Listing, PageRequest
from domain.permissions import Capability, Role
from domain.principals import Administrator
from services import admission
from services.administration import reader
from services.people import Listed
from store.store import Store, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleQuery:
    """The requested people: which part of the list, and whether with aliases."""

    page: PageRequest
    active: bool = True
    deactivated: bool = True
    with_aliases: bool = True


@dataclass(frozen=True, slots=True)
class Details:
    """A person with everything that administrators see."""

    listed: Listed
    login_names: Sequence[str]
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Profile:
    """An administrator with their capabilities."""

    details: Details
    capabilities: frozenset[Capability]


def people_of_domain(store: Store, caller: Caller, domain_id: int, query: PeopleQuery) -> Listing[Listed]:
    """Return the requested people of one domain. Only administrators get deactivated ones.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not read this domain.
    """
    with store.reading() as transaction:
        principal = admission.principal(transaction, caller.credential)
        principal.check_may_read(transaction.directory.access_target(domain_id))
        found = transaction.listings.people(
            query.page,
            domain_id,
            active=query.active,
            deactivated=query.deactivated and isinstance(principal, Administrator),
        )
        return _listed(transaction, found, query)


def people(store: Store, login: Login, organisation_id: int | None, query: PeopleQuery) -> Listing[Listed]:
    """Return the requested people of all domains, or of those of one organisation.

    Raises:
        NotSignedIn: the login is not valid any more.
        NotAllowed: the administrator may not read the whole system, or is deactivated.
    """
    with store.reading() as transaction:
        admission.administrator(transaction, login).check_may(Capability.SYSTEM_ADMIN_READ)
        found = transaction.listings.people(
            query.page,
            organisation_id=organisation_id,
            active=query.active,
            deactivated=query.deactivated,
        )
        return _listed(transaction, found, query)


def person(store: Store, login: Login, domain_id: int, number: int) -> Details:
    """Return one person, who may be deactivated, with login names and roles.

    Raises:
        NotSignedIn: the login is not valid any more.
        NotAllowed: the administrator may not read this domain, or is deactivated.
        PersonUnknown: there is no such person.
    """
    with store.reading() as transaction:
        reader(transaction, login, domain_id)
        return _details(transaction, transaction.directory.registered(domain_id, number))


def profile(store: Store, login: Login) -> Profile:
    """Return the administrator who is logged in.

    Raises:
        NotSignedIn: the login is not valid any more.
        AccountDeactivated: the account is deactivated.
    """
    with store.reading() as transaction:
        administrator = admission.administrator(transaction, login)
        details = _details(transaction, transaction.directory.with_user_id(login.user_id))
    return Profile(details, administrator.capabilities)


def _listed(transaction: Transaction, found: Listing[Person], query: PeopleQuery) -> Listing[Listed]:
    aliases = transaction.directory.aliases(found.items) if query.with_aliases else {}
    return Listing([Listed(person, aliases.get(person.id, ())) for person in found.items], found.count)


def _details(transaction: Transaction, person: Person) -> Details:
    return Details(
        Listed(person, transaction.directory.aliases([person])[person.id]),
        login_names=transaction.accounts.login_names([person.id]).get(person.id, []),
        roles=transaction.accounts.roles([person.id]).get(person.id, frozenset()),
    )
