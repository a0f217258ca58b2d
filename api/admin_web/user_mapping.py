"""Maps people of the directory to grommunio's users."""

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
from domain.permissions import Role
from services.directory import Details
from services.people import Listed

Full = TypeVar("Full", bound=ProfileUser)


def reference(listed: Listed) -> UserReference:
    """Build the reference to a person."""
    return UserReference(ID=listed.person.id, username=listed.person.email)


def item(listed: Listed) -> UserItem:
    """Build the list item for a person."""
    person = listed.person
    return UserItem(
        ID=person.id,
        username=person.email,
        domainID=person.domain.id,
        orgID=person.domain.organisation_id,
        status=ACTIVE if person.is_active else DEACTIVATED,
        aliases=list(listed.aliases),
        properties=Properties(displayname=person.name),
    )


def user(kind: type[Full], details: Details) -> Full:
    """Build all details of a person."""
    return kind(
        **item(details.listed).model_dump(),
        altnames=[AlternativeName(altname=name) for name in details.login_names],
        roles=[role_reference(role) for role in sorted(details.roles, key=lambda role: role.number)],
    )


def role_reference(role: Role) -> RoleReference:
    """Build the reference to a role."""
    return RoleReference(ID=role.number, name=str(role))
