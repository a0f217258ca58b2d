"""Domains and people: finding them, adding and changing domains, deactivating people."""

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, ScalarSelect, Select, delete, func, insert, or_, select, union_all, update

from domain.definitions import BUILT_IN
from domain.directory import Domain, Person, PersonReference
from domain.permissions import AccessTarget, access_target
from domain.refusals import DomainUnknown, PersonUnknown
from store import tables
from store.batches import batches
from store.definitions import Definitions
from store.many_rows import is_one_of

#: The largest id. The databases refuse to search for larger numbers.
LARGEST_NUMBER: Final = 2**31 - 1

#: The maximum number of people in one statement.
_BATCH: Final = 1000


class Directory:
    """The domains and people of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def person(self, domain_id: int, reference: PersonReference) -> Person:
        """Return the active person of the domain with this identifier, or raise the refusal of `reference`."""
        person = self.member(domain_id, reference)
        if not person.is_active:
            raise reference.refusal
        return person

    def member(self, domain_id: int, reference: PersonReference) -> Person:
        """Return the person of the domain with this identifier, even if deactivated, or raise its refusal."""
        people = tables.person.c
        if reference.email is not None:
            named = or_(people.email == reference.email, people.id == _owner_of_alias(reference.email))
        elif reference.external_key is not None:
            named = people.external_key == reference.external_key
        elif reference.number is not None:
            named = people.id == min(reference.number, LARGEST_NUMBER)
        else:
            named = people.user_id == reference.user_id
        row = self._connection.execute(people_query().where(people.domain_id == domain_id, named)).first()
        if row is None:
            raise reference.refusal
        return person_of(row)

    def find_all(self, domain_id: int, references: Collection[PersonReference]) -> dict[PersonReference, int]:
        """Return the numbers of the active people of the domain with these identifiers; others are not in it."""
        people, aliases = tables.person.c, tables.alias.c
        found: dict[PersonReference, int] = {}
        these = (people.domain_id == domain_id, people.deactivated_at.is_(None))
        columns = {
            "user_id": people.user_id,
            "email": people.email,
            "external_key": people.external_key,
            "number": people.id,
        }
        for kind, column in columns.items():
            mine = {one.value: one for one in references if one.value is not None and one.kind == kind}
            values = [value for value in mine if not isinstance(value, int) or value <= LARGEST_NUMBER]
            for some in batches(values, _BATCH):
                queries = [select(column, people.id).where(*these, is_one_of(self._connection, column, some))]
                if kind == "email":
                    further = select(aliases.email, people.id).join(tables.person)
                    queries.append(further.where(*these, is_one_of(self._connection, aliases.email, some)))
                for query in queries:
                    found |= {mine[value]: number for value, number in self._connection.execute(query)}
        return found

    def addresses(self, numbers: Collection[int]) -> dict[int, str]:
        """Return the mail addresses of people by their numbers."""
        people = tables.person.c
        found: dict[int, str] = {}
        for some in batches(list(numbers), _BATCH):
            query = select(people.id, people.email).where(is_one_of(self._connection, people.id, some))
            found |= {row.id: row.email for row in self._connection.execute(query)}
        return found

    def with_address(self, address: str) -> Person:
        """Return the active person with this mail address, in any domain, or raise `PersonUnknown`."""
        person = self.registered_with_address(address)
        if not person.is_active:
            raise PersonUnknown
        return person

    def registered_with_address(self, address: str) -> Person:
        """Return the person with this mail address, in any domain, even if deactivated, or raise `PersonUnknown`."""
        people, email = tables.person.c, address.lower()
        return self._one(
            people_query().where(or_(people.email == email, people.id == _owner_of_alias(email)))
        )

    def with_user_id(self, user_id: str) -> Person:
        """Return the person with this resource id, in any domain, even if deactivated, or raise `PersonUnknown`."""
        return self._one(people_query().where(tables.person.c.user_id == user_id))

    def registered(self, domain_id: int, person_id: int) -> Person:
        """Return the person of the domain with this number, even if deactivated, or raise `PersonUnknown`."""
        if max(domain_id, person_id) > LARGEST_NUMBER:
            raise PersonUnknown
        people = tables.person.c
        return self._one(people_query().where(people.domain_id == domain_id, people.id == person_id))

    def aliases(self, people: Iterable[Person]) -> dict[int, tuple[str, ...]]:
        """Return the sorted aliases of each of these people, by the person's number."""
        found: dict[int, tuple[str, ...]] = {person.id: () for person in people}
        aliases = tables.alias.c
        query = select(aliases.person_id, aliases.email).order_by(aliases.email)
        for numbers in batches(list(found), _BATCH):
            for number, email in self._connection.execute(query.where(aliases.person_id.in_(numbers))):
                found[number] += (email,)
        return found

    def page(self, domain_id: int, *, after: int, limit: int) -> list[Person]:
        """Return at most `limit` active people of the domain with numbers above `after`, ordered by number."""
        people = tables.person.c
        query = _people().where(people.domain_id == domain_id, people.id > after).order_by(people.id)
        return [person_of(row) for row in self._connection.execute(query.limit(limit))]

    def people(self, domain_id: int) -> list[Person]:
        """Return all active people of the domain, ordered by number."""
        found = self._connection.execute(
            _people().where(tables.person.c.domain_id == domain_id).order_by(tables.person.c.id)
        )
        return [person_of(row) for row in found]

    def is_empty(self) -> bool:
        """Return whether there is no domain yet."""
        return self._connection.execute(select(func.count()).select_from(tables.domain)).scalar_one() == 0

    def domain(self, domain_id: int) -> Domain:
        """Return the domain with this number, or raise `DomainUnknown`."""
        if domain_id > LARGEST_NUMBER:
            raise DomainUnknown
        row = self._connection.execute(select(tables.domain).where(tables.domain.c.id == domain_id)).first()
        if row is None:
            raise DomainUnknown
        return Domain(**row._mapping)

    def access_target(self, domain_id: int) -> AccessTarget:
        """Return the access target of the domain with this number, even if there is no such domain."""
        try:
            return access_target(self.domain(domain_id))
        except DomainUnknown:
            return AccessTarget(domain_id)

    def domains(self) -> list[Domain]:
        """Return all domains, ordered by number."""
        rows = self._connection.execute(select(tables.domain).order_by(tables.domain.c.id))
        return [Domain(**row._mapping) for row in rows]

    def add_domain(self, name: str, zone: str, *, organisation_id: int = 0) -> Domain:
        """Add a domain with the built-in profile statuses; `zone` is an IANA name."""
        values: dict[str, Any] = {"name": name.lower(), "zone": zone, "organisation_id": organisation_id}
        if self._connection.dialect.name == "sqlite":
            values["id"] = self._next_number()
        row = insert(tables.domain).values(values).returning(*tables.domain.c)
        domain = Domain(**self._connection.execute(row).one()._mapping)
        Definitions(self._connection).add(domain.id, BUILT_IN.values())
        return domain

    def _next_number(self) -> int:
        """Return a number that no domain has or had; SQLite itself would reuse the number of the last one removed."""
        numbers = union_all(select(tables.domain.c.id), select(tables.removed_domain.c.id)).subquery()
        largest = self._connection.execute(select(func.max(numbers.c.id))).scalar_one()
        return (largest or 0) + 1

    def save_domain(self, domain: Domain) -> None:
        """Update the domain's name, zone, organisation and halves of the day."""
        this = tables.domain.c.id == domain.id
        values = {
            "name": domain.name,
            "zone": domain.zone,
            "organisation_id": domain.organisation_id,
            "day_halves": domain.day_halves,
        }
        self._connection.execute(update(tables.domain).where(this).values(values))

    def switch_statuses(self, domain_id: int, *, on: bool) -> None:
        """Switch statuses on or off for the domain."""
        this = tables.domain.c.id == domain_id
        self._connection.execute(update(tables.domain).where(this).values(statuses_are_on=on))

    def deactivate(self, people: Collection[int], *, at: datetime) -> None:
        """Deactivate those of these people who are active: nobody finds them any more, tokens and logins are invalid.

        Their mail addresses and external keys stay reserved for them.
        """
        these = tables.person.c.id.in_(people)
        active = tables.person.c.deactivated_at.is_(None)
        self._connection.execute(update(tables.person).where(these, active).values(deactivated_at=at))

    def reactivate(self, people: Collection[int]) -> None:
        """Reactivate these people, without password, roles and login names."""
        these = tables.person.c.id.in_(people)
        anew = {"deactivated_at": None, "password_hash": None}
        self._connection.execute(update(tables.person).where(these).values(anew))
        for table in (tables.role, tables.login_name):
            self._connection.execute(delete(table).where(table.c.person_id.in_(people)))

    def reserve_number(self, removed: Domain, *, at: datetime) -> None:
        """Keep the number of a removed domain from every other domain."""
        row = {"id": removed.id, "name": removed.name, "removed_at": at}
        self._connection.execute(insert(tables.removed_domain).values(row))

    def _one(self, query: Select[Any]) -> Person:
        row = self._connection.execute(query).first()
        if row is None:
            raise PersonUnknown
        return person_of(row)


def new_user_id() -> str:
    """Return a new random resource id of the form `userf7da-f82c-4284-13e7-030f3b4c756a`."""
    return "user" + "-".join(secrets.token_hex(digits // 2) for digits in (4, 4, 4, 4, 12))


def people_query() -> Select[Any]:
    """Build the query for people with their domains, including deactivated people, for `person_of`."""
    columns = (column.label(f"domain_{name}") for name, column in tables.domain.c.items() if name != "id")
    return select(tables.person, *columns).join(
        tables.domain, tables.domain.c.id == tables.person.c.domain_id
    )


def everybody_in(domain_id: int) -> Select[tuple[int]]:
    """Select the numbers of all people of a domain."""
    return select(tables.person.c.id).where(tables.person.c.domain_id == domain_id)


def _people() -> Select[Any]:
    return people_query().where(tables.person.c.deactivated_at.is_(None))


def _owner_of_alias(email: str) -> ScalarSelect[int]:
    return select(tables.alias.c.person_id).where(tables.alias.c.email == email).scalar_subquery()


def person_of(row: Any) -> Person:
    """Return the person of a row of `people_query`."""
    return Person(
        id=row.id,
        user_id=row.user_id,
        domain=Domain(
            id=row.domain_id,
            name=row.domain_name,
            zone=row.domain_zone,
            statuses_are_on=row.domain_statuses_are_on,
            organisation_id=row.domain_organisation_id,
            day_halves=row.domain_day_halves,
        ),
        email=row.email,
        external_key=row.external_key,
        name=row.name,
        is_administrator=row.is_administrator,
        is_active=row.deactivated_at is None,
    )
