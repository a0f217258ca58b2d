"""Who is calling, and whose statuses they may read and write."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from domain.definitions import Definition
from domain.directory import Person
from domain.refusals import (
    AdministratorsOnly,
    CallerUnknown,
    MeIsNobody,
    NotAllowed,
    NotForEverybody,
    ScopeMissing,
)


class Scope(StrEnum):
    """What a token is good for (NAVER WORKS, "scopes"); a write scope includes the read scope."""

    USER = "user"  #: read everybody in the domain, write one's own; a service's token writes everybody
    USER_READ = "user.read"  #: read everybody in the domain
    DIRECTORY = "directory"  #: read and write everybody in the domain
    DIRECTORY_READ = "directory.read"  #: read everybody in the domain


READING: Final = (Scope.USER, Scope.USER_READ, Scope.DIRECTORY, Scope.DIRECTORY_READ)
WRITING: Final = (Scope.USER, Scope.DIRECTORY)

#: What a scope is good for in the hands of somebody who is no administrator (NAVER WORKS, "directory": with a user's
#: token, people act as ordinary members).
_AS_A_MEMBER: Final = {Scope.DIRECTORY: Scope.USER, Scope.DIRECTORY_READ: Scope.USER_READ}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whoever a token speaks for: a person (`user_id`, the resource id), or a service without one."""

    name: str
    domain_id: int
    scopes: frozenset[Scope]
    user_id: str | None = None
    #: The program that the token was given to, as its issuer names it; none for those of `./presently token`.
    client: str | None = None
    is_ordinary_member: bool = False

    def admitted(self, *, is_administrator: bool | None) -> "Caller":
        """Return the caller as the directory knows the token's person now; `None`: not, or not any more.

        Raises:
            CallerUnknown: the person is gone, and nobody speaks for them.
        """
        if is_administrator is None:
            raise CallerUnknown
        return replace(self, is_ordinary_member=not is_administrator)

    @property
    def counted_as(self) -> str:
        """Return whose requests are counted together: the program's, else the person's or the service's."""
        return self.client or self.user_id or self.name

    @property
    def rights(self) -> frozenset[Scope]:
        """Return what the token is good for in these hands."""
        if not self.is_ordinary_member:
            return self.scopes
        return frozenset(_AS_A_MEMBER.get(scope, scope) for scope in self.scopes)

    @property
    def me(self) -> str:
        """Return the resource id that `me` stands for.

        Raises:
            MeIsNobody: the token is a service's.
        """
        if self.user_id is None:
            raise MeIsNobody
        return self.user_id

    def check_may(self, *scopes: Scope) -> None:
        """Return nothing when the token has one of these scopes.

        Raises:
            ScopeMissing: it has none of them.
            AdministratorsOnly: it has one, which is of no use to somebody who is no administrator.
        """
        if self.scopes.isdisjoint(scopes):
            raise ScopeMissing(scope.value for scope in scopes)
        if self.rights.isdisjoint(scopes):
            raise AdministratorsOnly

    def check_may_choose(self, definition: Definition) -> None:
        """Return nothing when the caller may give somebody this status.

        Raises:
            NotForEverybody: people do not pick it for themselves; only an administrator or a service does for them.
        """
        picks_for_oneself = self.user_id is not None and Scope.DIRECTORY not in self.rights
        if picks_for_oneself and not definition.is_for_everybody:
            raise NotForEverybody

    def check_may_write(self, person: Person) -> None:
        """Return nothing when the caller may change this person's statuses.

        Raises:
            ScopeMissing: the token is good for reading only.
            NotAllowed: it is good for the statuses of its own person only.
        """
        self.check_may(*WRITING)
        if Scope.DIRECTORY not in self.rights and self.user_id not in (None, person.user_id):
            raise NotAllowed
