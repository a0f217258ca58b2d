"""What administrators may do: the permissions of grommunio's roles, and the access that each one gives."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from domain.directory import Domain


class Permission(StrEnum):
    """What a role permits: some apply to a domain or an organisation, the others to the whole system."""

    SYSTEM_ADMIN = "SystemAdmin"
    SYSTEM_ADMIN_RO = "SystemAdminRO"
    ORG_ADMIN = "OrgAdmin"  #: of the domains of an organisation
    DOMAIN_ADMIN = "DomainAdmin"  #: of a domain
    DOMAIN_ADMIN_RO = "DomainAdminRO"  #: of a domain, to read
    RESET_PASSWD = "ResetPasswd"  # noqa: S105 (the name of a permission)
    DOMAIN_PURGE = "DomainPurge"

    @property
    def takes_parameter(self) -> bool:
        """Return whether the permission applies to a domain or an organisation, which the role must name."""
        return self in _WITH_PARAMETER


#: These apply to a domain.
OF_A_DOMAIN: Final = frozenset({Permission.DOMAIN_ADMIN, Permission.DOMAIN_ADMIN_RO})
_WITH_PARAMETER: Final = {Permission.ORG_ADMIN, *OF_A_DOMAIN}


class Capability(StrEnum):
    """What an administrator can do, as admin-web receives it."""

    SYSTEM_ADMIN_READ = "SystemAdminRead"
    SYSTEM_ADMIN_WRITE = "SystemAdminWrite"
    ORG_ADMIN = "OrgAdmin"
    DOMAIN_ADMIN_READ = "DomainAdminRead"
    DOMAIN_ADMIN_WRITE = "DomainAdminWrite"
    RESET_PASSWD = "ResetPasswd"  # noqa: S105 (the name of a capability)
    DOMAIN_PURGE = "DomainPurge"


CAPABILITIES: Final[Mapping[Permission, frozenset[Capability]]] = {
    Permission.SYSTEM_ADMIN: frozenset(Capability),
    Permission.SYSTEM_ADMIN_RO: frozenset({Capability.SYSTEM_ADMIN_READ, Capability.DOMAIN_ADMIN_READ}),
    Permission.ORG_ADMIN: frozenset(
        {
            Capability.ORG_ADMIN,
            Capability.DOMAIN_ADMIN_READ,
            Capability.DOMAIN_ADMIN_WRITE,
            Capability.RESET_PASSWD,
        }
    ),
    Permission.DOMAIN_ADMIN: frozenset(
        {Capability.DOMAIN_ADMIN_READ, Capability.DOMAIN_ADMIN_WRITE, Capability.RESET_PASSWD}
    ),
    Permission.DOMAIN_ADMIN_RO: frozenset({Capability.DOMAIN_ADMIN_READ}),
    Permission.RESET_PASSWD: frozenset({Capability.RESET_PASSWD}),
    Permission.DOMAIN_PURGE: frozenset({Capability.DOMAIN_PURGE}),
}

#: Every domain, or every organisation.
ALL: Final = "*"


class BadRole(ValueError):
    """There is no such role; the message names valid ones."""


@dataclass(frozen=True, slots=True)
class Role:
    """A permission, with the number of the domain or organisation it applies to, or `*` for all of them.

    Raises:
        BadRole: the permission lacks its parameter, or takes none.
    """

    permission: Permission
    parameter: int | Literal["*"] | None = None

    def __post_init__(self) -> None:
        if self.permission.takes_parameter is (self.parameter is None):
            takes = "a number, or * for all" if self.permission.takes_parameter else "nothing"
            raise BadRole(f"{self.permission} takes {takes}, not {self.parameter or 'nothing'}.")

    def __str__(self) -> str:
        return self.permission if self.parameter is None else f"{self.permission} {self.parameter}"

    @property
    def number(self) -> int:
        """Return the number by which clients know the role, made of permission and parameter: equal roles share it."""
        match self.parameter:
            case None:
                where = 0
            case int():
                where = self.parameter + 1
            case _:
                where = 1
        return where * len(Permission) + list(Permission).index(self.permission) + 1

    def is_for(self, number: int | None) -> bool:
        """Return whether the role applies to the domain, or the organisation, with this number."""
        return self.parameter == ALL or (number is not None and self.parameter == number)


def role(permission: str, parameter: str = "") -> Role:
    """Parse a role from permission and parameter, in any letter case, or raise `BadRole`."""
    named = {known.lower(): known for known in Permission}.get(permission.lower())
    if named is None:
        raise BadRole(f"{permission} is no permission; there are {', '.join(Permission)}.")
    if parameter in {"", ALL}:
        return Role(named, ALL if parameter else None)
    if not _NUMBER.fullmatch(parameter) or int(parameter) >= _TOO_LARGE:
        raise BadRole(f"{named} takes a number, or * for all, not {parameter}.")
    return Role(named, int(parameter))


_NUMBER: Final = re.compile("[1-9][0-9]{0,9}")
#: The first number that is too large for a database id.
_TOO_LARGE: Final = 2**31


@dataclass(frozen=True, slots=True)
class AccessTarget:
    """The target of an access check: a domain, which need not exist, and its organisation."""

    domain_id: int
    organisation_id: int | None = None


def access_target(domain: Domain) -> AccessTarget:
    """Return the access target of `domain`."""
    return AccessTarget(domain.id, domain.organisation_id or None)


def capabilities(roles: Iterable[Role]) -> frozenset[Capability]:
    """Return the capabilities of all these roles together."""
    return frozenset[Capability]().union(*(CAPABILITIES[held.permission] for held in roles))


def may_write(roles: Iterable[Role], where: AccessTarget) -> bool:
    """Return whether these roles permit changing what belongs to the domain."""
    return any(_opens(held, where) for held in roles)


def may_read(roles: Iterable[Role], where: AccessTarget) -> bool:
    """Return whether these roles permit reading what belongs to the domain.

    grommunio hides out-of-offices from read-only roles. No client relies on that, so they can read them here.
    """
    return any(_opens(held, where) or _shows(held, where) for held in roles)


def _opens(held: Role, where: AccessTarget) -> bool:
    match held.permission:
        case Permission.SYSTEM_ADMIN:
            return True
        case Permission.ORG_ADMIN:
            return held.is_for(where.organisation_id)
        case Permission.DOMAIN_ADMIN:
            return held.is_for(where.domain_id)
        case _:
            return False


def _shows(held: Role, where: AccessTarget) -> bool:
    match held.permission:
        case Permission.SYSTEM_ADMIN_RO:
            return True
        case Permission.DOMAIN_ADMIN_RO:
            return held.is_for(where.domain_id)
        case _:
            return False
