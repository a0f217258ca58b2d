"""Accounts for logging in: names, password hashes and roles."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update

from domain.directory import Person
from domain.permissions import Role, role
from domain.principals import Administrator
from store import tables
from store.directory import people_query, person_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person with the data that a login needs."""

    person: Person
    roles: frozenset[Role]
    password_hash: str | None = field(repr=False)

    @property
    def administrator(self) -> Administrator:
        """Return the person as an administrator."""
        return Administrator(email=self.person.email, roles=self.roles, is_active=self.person.is_active)


class Accounts:
    """The accounts of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def named(self, name: str) -> Account | None:
        """Find the account with this mail address or login name, in any letter case."""
        if not name.isprintable():
            return None
        wanted = name.lower()
        names = tables.login_name.c
        by_name = select(names.person_id).where(names.name == wanted).scalar_subquery()
        return self._one(or_(tables.person.c.email == wanted, tables.person.c.id == by_name))

    def of(self, user_id: str) -> Account | None:
        """Find the account with this resource id."""
        return self._one(tables.person.c.user_id == user_id)

    def set_password(self, person_id: int, password_hash: str) -> None:
        """Save the hash of the person's new password. It ends all their earlier logins."""
        this = tables.person.c.id == person_id
        self._connection.execute(update(tables.person).where(this).values(password_hash=password_hash))

    def grant(self, person_id: int, role: Role) -> bool:
        """Give the person a role, and return whether it is new."""
        if role in self.roles([person_id]).get(person_id, ()):
            return False
        self._connection.execute(insert(tables.role).values(_row(person_id, role)))
        return True

    def withdraw(self, person_id: int, role: Role) -> bool:
        """Remove a role from the person, and return whether they had it."""
        row = _row(person_id, role)
        this = (tables.role.c[column] == value for column, value in row.items())
        return self._connection.execute(delete(tables.role).where(*this)).rowcount > 0

    def roles(self, people: Collection[int] | None = None) -> dict[int, frozenset[Role]]:
        """Return the roles of these people, or of everybody, by person; people without roles are left out."""
        query = select(tables.role)
        if people is not None:
            query = query.where(tables.role.c.person_id.in_(people))
        held: dict[int, set[Role]] = defaultdict(set)
        for row in self._connection.execute(query):
            held[row.person_id].add(_role(row))
        return {person_id: frozenset(roles) for person_id, roles in held.items()}

    def login_names(self, people: Collection[int] | None = None) -> dict[int, list[str]]:
        """Return the login names of these people, or of everybody, by person; people without any are left out."""
        names: dict[int, list[str]] = defaultdict(list)
        table = tables.login_name
        query = select(table).order_by(table.c.name)
        if people is not None:
            query = query.where(table.c.person_id.in_(people))
        for row in self._connection.execute(query):
            names[row.person_id].append(row.name)
        return dict(names)

    def add_login_name(self, person_id: int, name: str) -> None:
        """Add a login name for the person; it must be free."""
        self._connection.execute(insert(tables.login_name).values(person_id=person_id, name=name.lower()))

    def remove_login_name(self, person_id: int, name: str) -> bool:
        """Remove a login name of the person, and return whether they had it."""
        table = tables.login_name
        this = (table.c.person_id == person_id, table.c.name == name.lower())
        return self._connection.execute(delete(table).where(*this)).rowcount > 0

    def _one(self, condition: ColumnElement[bool]) -> Account | None:
        row = self._connection.execute(people_query().where(condition)).first()
        if row is None:
            return None
        person = person_of(row)
        roles = self.roles([person.id]).get(person.id, frozenset())
        return Account(person=person, roles=roles, password_hash=row.password_hash)


def _row(person_id: int, role: Role) -> dict[str, Any]:
    parameter = "" if role.parameter is None else str(role.parameter)
    return {"person_id": person_id, "permission": role.permission.value, "parameter": parameter}


def _role(row: Any) -> Role:
    """Return the role of a row, or raise `BadRole` if another version wrote it."""
    return role(row.permission, row.parameter)
