"""The roles of administrators, and an empty list of mailbox servers."""

from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict

from api.admin_web.paging import Digits, Level, limit_of
from api.admin_web.user_mapping import role_reference
from api.admin_web.user_schemas import RoleReference, UserReference
from api.deps import TheLogin, TheStore
from api.grommunio.documented import errors
from api.grommunio.routing import for_administrators
from domain.permissions import Capability, Permission
from services import administration
from services.administration import AssignedRole

router = for_administrators()

_EXAMPLE: dict[str, Any] = {
    "ID": 18,
    "name": "DomainAdmin 1",
    "description": "",
    "permissions": [{"permission": "DomainAdmin", "params": 1}],
    "users": [{"ID": 10, "username": "u10@example.com"}],
}


class RolePermission(BaseModel):
    """A permission of a role, and its domain or organisation."""

    permission: str
    params: int | str | None


class RoleDetails(RoleReference):
    """A role, and the users who have it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    description: str = ""
    permissions: list[RolePermission]
    users: list[UserReference]


class Roles(BaseModel):
    """The roles that at least one user has."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"count": 1, "data": [_EXAMPLE]}]})

    count: int
    data: list[RoleDetails | RoleReference]


class Permissions(BaseModel):
    """All permissions that a role can have."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"data": list(Permission)}]})

    data: list[str] = list(Permission)


class Servers(BaseModel):
    """No server, because Presently has no mailboxes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"count": 0, "data": []}]})

    count: int = 0
    data: list[None] = []


@router.get("/system/roles", responses=errors(400), summary="List roles")
def roles(
    store: TheStore,
    login: TheLogin,
    level: Level = 1,
    limit: Annotated[Digits, Query(description="How many at most; all if empty", examples=["100000"])] = "",
) -> Roles:
    """Return every role that at least one user has, with its users."""
    found = administration.roles(store, login)
    items = [
        _details(assigned) if level else role_reference(assigned.role)
        for assigned in found[: limit_of(limit)]
    ]
    return Roles(count=len(found), data=items)


@router.get("/system/roles/permissions", summary="List permissions")
def permissions(store: TheStore, login: TheLogin) -> Permissions:
    """Return all permissions that a role can have."""
    administration.check_may(store, login, Capability.SYSTEM_ADMIN_READ)
    return Permissions()


@router.get("/system/roles/{roleID:number}", responses=errors(404), summary="Get a role")
def one_role(
    number: Annotated[int, Path(alias="roleID", examples=[18], ge=0)],
    store: TheStore,
    login: TheLogin,
) -> RoleDetails:
    """Return one role that at least one user has, with its users."""
    return _details(administration.role(store, login, number))


@router.get("/system/servers", summary="List mailbox servers")
def servers(store: TheStore, login: TheLogin) -> Servers:
    """Return the servers of mailboxes: none."""
    administration.check_may(store, login, Capability.SYSTEM_ADMIN_READ)
    return Servers()


def _details(assigned: AssignedRole) -> RoleDetails:
    role = assigned.role
    return RoleDetails(
        ID=role.number,
        name=str(role),
        permissions=[RolePermission(permission=role.permission, params=role.parameter)],
        users=[UserReference(ID=number, username=mail) for number, mail in assigned.holders.items()],
    )
