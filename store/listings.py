"""Lists for administrators, in pages: domains, and people."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, or_, select, true

from domain.directory import Domain, Person
from domain.listings import Headcount, Listing, PageRequest
from domain.permissions import ALL, Permission, Role
from store import tables
from store.directory import LARGEST_NUMBER, people_query, person_of


class Listings:
    """The lists of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def domains(self, page: PageRequest, roles: Collection[Role]) -> Listing[Domain]:
        """Return the domains that these roles may read."""
        table = tables.domain
        query = select(table).where(_visible(roles), matching(page.match, table.c.name))
        columns = {"domainname": table.c.name, "displayname": table.c.name, "ID": table.c.id}
        rows, count = self._page(query, page, columns, table.c.id)
        return Listing([Domain(**row._mapping) for row in rows], count)

    def people(
        self,
        page: PageRequest,
        domain_id: int | None = None,
        *,
        organisation_id: int | None = None,
        active: bool = True,
        deactivated: bool = True,
    ) -> Listing[Person]:
        """Return the people whose address or name contains every word of the page's `match`.

        Without a domain or organisation number, people of all of them are listed.
        """
        table = tables.person
        query = people_query().where(
            _numbered(table.c.domain_id, domain_id),
            _numbered(tables.domain.c.organisation_id, organisation_id),
            matching(page.match, table.c.email, table.c.name),
            _standing(active=active, deactivated=deactivated),
        )
        columns = {"username": table.c.email, "displayname": table.c.name, "ID": table.c.id}
        rows, count = self._page(query, page, columns, table.c.id)
        return Listing([person_of(row) for row in rows], count)

    def headcounts(self) -> dict[int, Headcount]:
        """Count the people of each domain, by its number."""
        people = tables.person.c
        counted = self._connection.execute(
            select(people.domain_id, func.count(), func.count(people.deactivated_at)).group_by(
                people.domain_id
            )
        )
        return {
            domain_id: Headcount(active=count - deactivated, inactive=deactivated)
            for domain_id, count, deactivated in counted
        }

    def named(self, people: Collection[int]) -> dict[int, str]:
        """Return the mail addresses of these people, by their numbers."""
        table = tables.person.c
        found = self._connection.execute(select(table.id, table.email).where(table.id.in_(people)))
        return {row.id: row.email for row in found}

    def _page(
        self,
        query: Select[Any],
        page: PageRequest,
        columns: Mapping[str, ColumnElement[Any]],
        last: ColumnElement[Any],
    ) -> tuple[list[Any], int]:
        """Return the rows of a page, and the number of all rows; unknown columns in `order` are ignored."""
        count = self._connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
        known = ((columns[name], downwards) for name, downwards in page.order if name in columns)
        order = [column.desc() if downwards else column.asc() for column, downwards in known]
        wanted = query.order_by(*order, last).limit(page.limit).offset(page.offset)
        return list(self._connection.execute(wanted)), count


def _visible(roles: Collection[Role]) -> ColumnElement[bool]:
    """Return the condition that these roles may read a domain: the rule of `domain.permissions.may_read` in SQL."""
    organisations = {role.parameter for role in roles if role.permission is Permission.ORG_ADMIN}
    numbers = {role.parameter for role in roles if role.permission in _OF_A_DOMAIN}
    if ALL in organisations | numbers or any(role.permission in _OF_EVERYTHING for role in roles):
        return true()
    return or_(tables.domain.c.organisation_id.in_(organisations), tables.domain.c.id.in_(numbers))


_OF_EVERYTHING: Final = {Permission.SYSTEM_ADMIN, Permission.SYSTEM_ADMIN_RO}
_OF_A_DOMAIN: Final = {Permission.DOMAIN_ADMIN, Permission.DOMAIN_ADMIN_RO}


def _numbered(column: ColumnElement[int], number: int | None) -> ColumnElement[bool]:
    """Return the condition that the column equals `number`; without one, a condition that is always true."""
    if number is None:
        return true()
    return column == number if number <= LARGEST_NUMBER else false()


def _standing(*, active: bool, deactivated: bool) -> ColumnElement[bool]:
    """Return the condition that a person is active, is deactivated, or either."""
    said = tables.person.c.deactivated_at
    either = [said.is_(None)] * active + [said.is_not(None)] * deactivated
    return or_(false(), *either)


def matching(text: str, *columns: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that each word of `text` is contained in one of these columns; `*` is ignored.

    Nothing in the store contains NUL, and PostgreSQL refuses it in a query.
    """
    if "\0" in text:
        return false()
    words = text.lower().replace("*", " ").split()[:_WORDS]
    found = (
        or_(*(func.lower(column).contains(word, autoescape=True) for column in columns)) for word in words
    )
    return and_(true(), *found)


#: Further words of a search are ignored.
_WORDS: Final = 10
