"""The roles of administrators, and an empty list of mailbox servers."""

from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict

from api.admin_web.paging import Digits, Level, limit_of
from api.admin_web.user_mapping import role_reference
from api.admin_web.user_schemas import RoleReference, UserReference
from api.deps import TheStore
from api.grommunio.administrators import TheAdministrator
from api.grommunio.documented import errors
from api.grommunio.routing import for_administrators
from domain.permissions import Capability, Permission, Role
from domain.refusals import RoleUnknown
from store.store import Transaction

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
    who_calls: TheAdministrator,
    level: Level = 1,
    limit: Annotated[Digits, Query(description="How many at most; all if empty", examples=["100000"])] = "",
) -> Roles:
    """Return every role that at least one user has, with its users."""
    with store.reading() as transaction:
        who_calls(transaction).check_may(Capability.SYSTEM_ADMIN_READ)
        by_role = _by_role(transaction)
    known = sorted(by_role, key=lambda role: role.number)
    shown = [
        _details(role, by_role[role]) if level else role_reference(role) for role in known[: limit_of(limit)]
    ]
    return Roles(count=len(known), data=shown)


@router.get("/system/roles/permissions", summary="List permissions")
def permissions(store: TheStore, who_calls: TheAdministrator) -> Permissions:
    """Return all permissions that a role can have."""
    with store.reading() as transaction:
        who_calls(transaction).check_may(Capability.SYSTEM_ADMIN_READ)
    return Permissions()


@router.get("/system/roles/{roleID:number}", responses=errors(404), summary="Get a role")
def one_role(
    number: Annotated[int, Path(alias="roleID", examples=[18], ge=0)],
    store: TheStore,
    who_calls: TheAdministrator,
) -> RoleDetails:
    """Return one role that at least one user has, with its users."""
    with store.reading() as transaction:
        who_calls(transaction).check_may(Capability.SYSTEM_ADMIN_READ)
        by_role = _by_role(transaction)
    for role, users in by_role.items():
        if role.number == number:
            return _details(role, users)
    raise RoleUnknown


@router.get("/system/servers", summary="List mailbox servers")
def servers(store: TheStore, who_calls: TheAdministrator) -> Servers:
    """Return the servers of mailboxes: none."""
    with store.reading() as transaction:
        who_calls(transaction).check_may(Capability.SYSTEM_ADMIN_READ)
    return Servers()


def _by_role(transaction: Transaction) -> dict[Role, list[UserReference]]:
    held = transaction.accounts.roles()
    names = transaction.listings.named(held)
    found: dict[Role, list[UserReference]] = {}
    for person_id in sorted(held):
        for role in held[person_id]:
            found.setdefault(role, []).append(UserReference(ID=person_id, username=names[person_id]))
    return found


def _details(role: Role, users: list[UserReference]) -> RoleDetails:
    return RoleDetails(
        ID=role.number,
        name=str(role),
        permissions=[RolePermission(permission=role.permission, params=role.parameter)],
        users=users,
    )
