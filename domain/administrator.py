"""An administrator: a person with roles, who logs in and looks after others."""

from dataclasses import dataclass, field

from domain.directory import Person
from domain.permissions import Capability, Place, Role, capabilities, may_read, may_write, place
from domain.refusals import AccountDeactivated, MayNotLogIn, NotAllowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Administrator:
    """Somebody who may log in, as the store has them now."""

    person: Person
    roles: frozenset[Role] = field(default_factory=frozenset)

    @property
    def name(self) -> str:
        """Return whom events name."""
        return self.person.email

    @property
    def capabilities(self) -> frozenset[Capability]:
        """Return what the administrator can do."""
        return capabilities(self.roles)

    def check_may_log_in(self) -> None:
        """Return nothing when there is something that the person may administer.

        Raises:
            MayNotLogIn: there is nothing, or the account is deactivated.
        """
        if not self.roles or not self.person.is_active:
            raise MayNotLogIn

    def check_is_active(self) -> None:
        """Return nothing when the account is in use.

        Raises:
            AccountDeactivated: it is deactivated.
        """
        if not self.person.is_active:
            raise AccountDeactivated

    def check_may(self, *some: Capability) -> None:
        """Return nothing when the administrator has one of these capabilities; of none of them: any role.

        Raises:
            NotAllowed: there is none of them.
        """
        if not self.capabilities or (some and self.capabilities.isdisjoint(some)):
            raise NotAllowed

    def check_may_read(self, where: Place) -> None:
        """Return nothing when the administrator may look at what belongs to that domain.

        Raises:
            NotAllowed: it is not theirs.
        """
        if not may_read(self.roles, where):
            raise NotAllowed

    def check_may_write(self, where: Place) -> None:
        """Return nothing when the administrator may change what belongs to that domain.

        Raises:
            NotAllowed: it is not theirs to change.
        """
        if not may_write(self.roles, where):
            raise NotAllowed

    def check_may_write_for(self, person: Person) -> None:
        """Return nothing when the administrator may change the out-of-office of `person`.

        Raises:
            NotAllowed: the person is of a domain that is not theirs to change.
        """
        self.check_may_write(place(person.domain))
