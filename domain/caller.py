"""The caller of a request, and whose statuses they may read and write."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from domain.definitions import Definition
from domain.directory import Person
from domain.refusals import (
    AdministratorsOnly,
    CallerUnknown,
    MeIsNobody,
    NotForEverybody,
    OwnStatusesOnly,
    ScopeMissing,
)


class Scope(StrEnum):
    """What a token permits (NAVER WORKS, "scopes"); a write scope includes the read scope."""

    USER = "user"  #: read everybody in the domain, write one's own statuses; a service may write everybody's
    USER_READ = "user.read"  #: read everybody in the domain
    DIRECTORY = "directory"  #: read and write everybody in the domain
    DIRECTORY_READ = "directory.read"  #: read everybody in the domain


READING: Final = (Scope.USER, Scope.USER_READ, Scope.DIRECTORY, Scope.DIRECTORY_READ)
WRITING: Final = (Scope.USER, Scope.DIRECTORY)

#: What a scope permits an ordinary member, who is no administrator (NAVER WORKS, "directory": with a user's token,
#: people act as ordinary members).
_AS_A_MEMBER: Final = {Scope.DIRECTORY: Scope.USER, Scope.DIRECTORY_READ: Scope.USER_READ}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The owner of a token: a person (`user_id` is the resource id), or a service, which has no `user_id`."""

    name: str
    domain_id: int
    scopes: frozenset[Scope]
    user_id: str | None = None
    #: The id of the OAuth client that the token was issued to; none for the tokens of `./presently token`.
    client: str | None = None
    is_ordinary_member: bool = False

    def admitted(self, *, is_administrator: bool | None) -> "Caller":
        """Return the caller with the rights that the directory gives the token's person now.

        Raises:
            CallerUnknown: `is_administrator` is `None`: the directory has no such person, or has deactivated them.
        """
        if is_administrator is None:
            raise CallerUnknown
        return replace(self, is_ordinary_member=not is_administrator)

    @property
    def counted_as(self) -> str:
        """Return the key of the rate limit: the client, else the person, else the service."""
        return self.client or self.user_id or self.name

    @property
    def rights(self) -> frozenset[Scope]:
        """Return the scopes that take effect; those of an ordinary member are reduced."""
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
        """Check that the token has one of these scopes, and that it takes effect.

        Raises:
            ScopeMissing: the token has none of them.
            AdministratorsOnly: it has one, but only an administrator could use it.
        """
        if self.scopes.isdisjoint(scopes):
            raise ScopeMissing(scope.value for scope in scopes)
        if self.rights.isdisjoint(scopes):
            raise AdministratorsOnly

    def check_may_choose(self, definition: Definition) -> None:
        """Raise `NotForEverybody` unless the caller may set this status.

        A person may not choose a status that only administrators and services set.
        """
        picks_for_oneself = self.user_id is not None and Scope.DIRECTORY not in self.rights
        if picks_for_oneself and not definition.is_for_everybody:
            raise NotForEverybody

    def check_may_write(self, person: Person) -> None:
        """Check that the caller may change this person's statuses.

        Raises:
            ScopeMissing: the token has no write scope.
            OwnStatusesOnly: the token may write only the statuses of its own person.
        """
        self.check_may(*WRITING)
        if Scope.DIRECTORY not in self.rights and self.user_id not in (None, person.user_id):
            raise OwnStatusesOnly
