"""Maps people of the directory to grommunio's users."""

from collections.abc import Sequence
from typing import TypeVar

from api.admin_web.user_schemas import (
    ACTIVE,
    DEACTIVATED,
    AlternativeName,
    ProfileUser,
    Properties,
    RoleReference,
    UserItem,
    UserReference,
)
from domain.directory import Person
from domain.permissions import Role
from store.store import Transaction

Full = TypeVar("Full", bound=ProfileUser)


def reference(person: Person) -> UserReference:
    """Build the reference to a person."""
    return UserReference(ID=person.id, username=person.email)


def items(transaction: Transaction, people: Sequence[Person]) -> list[UserItem]:
    """Build the list items for people."""
    aliases = transaction.directory.aliases(people)
    return [_item(person, aliases[person.id]) for person in people]


def _item(person: Person, aliases: Sequence[str]) -> UserItem:
    return UserItem(
        ID=person.id,
        username=person.email,
        domainID=person.domain.id,
        orgID=person.domain.organisation_id,
        status=ACTIVE if person.is_active else DEACTIVATED,
        aliases=list(aliases),
        properties=Properties(displayname=person.name),
    )


def user(kind: type[Full], transaction: Transaction, person: Person) -> Full:
    """Build all details of a person."""
    roles = transaction.accounts.roles([person.id]).get(person.id, frozenset())
    names = transaction.accounts.login_names([person.id]).get(person.id, [])
    return kind(
        **items(transaction, [person])[0].model_dump(),
        altnames=[AlternativeName(altname=name) for name in names],
        roles=[role_reference(role) for role in sorted(roles, key=lambda role: role.number)],
    )


def role_reference(role: Role) -> RoleReference:
    """Build the reference to a role."""
    return RoleReference(ID=role.number, name=str(role))
