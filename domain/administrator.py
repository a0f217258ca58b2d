"""An administrator: a person with roles, who may log in and manage other people."""

from dataclasses import dataclass, field

from domain.directory import Person
from domain.permissions import (
    AccessTarget,
    Capability,
    Role,
    access_target,
    capabilities,
    may_read,
    may_write,
)
from domain.refusals import AccountDeactivated, MayNotLogIn, NotAllowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Administrator:
    """A person with the roles that the store holds for them now."""

    person: Person
    roles: frozenset[Role] = field(default_factory=frozenset)

    @property
    def name(self) -> str:
        """Return the name that events carry: the mail address."""
        return self.person.email

    @property
    def capabilities(self) -> frozenset[Capability]:
        """Return the capabilities of all roles together."""
        return capabilities(self.roles)

    def check_may_log_in(self) -> None:
        """Raise `MayNotLogIn` unless the person has a role and an active account."""
        if not self.roles or not self.person.is_active:
            raise MayNotLogIn

    def check_is_active(self) -> None:
        """Raise `AccountDeactivated` unless the account is active."""
        if not self.person.is_active:
            raise AccountDeactivated

    def check_may(self, *some: Capability) -> None:
        """Raise `NotAllowed` unless the administrator has one of these capabilities; without arguments, any."""
        if not self.capabilities or (some and self.capabilities.isdisjoint(some)):
            raise NotAllowed

    def check_may_read(self, where: AccessTarget) -> None:
        """Raise `NotAllowed` unless the administrator may read that domain."""
        if not may_read(self.roles, where):
            raise NotAllowed

    def check_may_write(self, where: AccessTarget) -> None:
        """Raise `NotAllowed` unless the administrator may change that domain."""
        if not may_write(self.roles, where):
            raise NotAllowed

    def check_may_write_for(self, person: Person) -> None:
        """Raise `NotAllowed` unless the administrator may change the domain of `person`."""
        self.check_may_write(access_target(person.domain))
