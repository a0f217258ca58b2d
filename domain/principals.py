"""Principals: who calls, with the rights that they have now."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from domain.credentials import Bearer, Credential, Login, Scope
from domain.definitions import Definition
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
from domain.refusals import (
    AccountDeactivated,
    AccountGone,
    AdministratorsOnly,
    CallerUnknown,
    DomainUnknown,
    MayNotLogIn,
    NotAllowed,
    NotForEverybody,
    OwnStatusesOnly,
    ScopeMissing,
    TokenExpired,
    TokenRevoked,
)

READING: Final = (Scope.USER, Scope.USER_READ, Scope.DIRECTORY, Scope.DIRECTORY_READ)
WRITING: Final = (Scope.USER, Scope.DIRECTORY)

#: What a scope permits an ordinary member, who is no administrator (NAVER WORKS, "directory": with a user's token,
#: people act as ordinary members).
_AS_A_MEMBER: Final = {Scope.DIRECTORY: Scope.USER, Scope.DIRECTORY_READ: Scope.USER_READ}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the store knows about the caller of a request now. `email` is `None` if it knows no such person."""

    is_revoked: bool = False
    #: Whether the client of the token may change only what it booked itself.
    writes_own_only: bool = False
    domain_id: int | None = None
    email: str | None = None
    is_active: bool = False
    is_administrator: bool = False
    password_hash: str | None = field(default=None, repr=False)
    roles: frozenset[Role] = frozenset()


class Principal(ABC):
    """Who calls, with the rights that they have now."""

    @property
    @abstractmethod
    def name(self) -> str:
        """Return the name that events carry."""

    @property
    @abstractmethod
    def client(self) -> str:
        """Return whose the statuses are that are booked now: a client, a person or a service."""

    @property
    def writes_own_only(self) -> bool:
        """Return whether only statuses of `client` may be changed or removed."""
        return False

    @abstractmethod
    def check_may_read(self, target: AccessTarget) -> None:
        """Raise `NotAllowed` unless the statuses of this domain's people may be read."""

    @abstractmethod
    def check_may_write(self, target: AccessTarget) -> None:
        """Raise `NotAllowed` unless the statuses of at least one person of this domain may be changed."""

    @abstractmethod
    def check_may_write_for(self, person: Person) -> None:
        """Raise `NotAllowed` unless this person's statuses may be changed."""

    @abstractmethod
    def check_may_write_for_all(self, target: AccessTarget) -> None:
        """Raise `NotAllowed` unless the statuses of all people of this domain may be changed."""

    @abstractmethod
    def check_may_choose(self, definition: Definition) -> None:
        """Raise `NotForEverybody` unless this status may be set: some are only set by administrators and services."""

    @abstractmethod
    def check_may_read_definitions(self, domain_id: int) -> None:
        """Check that the definitions of this domain may be read.

        Raises:
            NotAllowed: the caller may not read definitions.
            DomainUnknown: it is not the caller's domain.
        """

    @abstractmethod
    def check_may_define(self, domain_id: int) -> None:
        """Check that the definitions of this domain may be changed.

        Raises:
            NotAllowed: the caller may not change definitions.
            DomainUnknown: it is not the caller's domain.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenHolder(Principal):
    """The person or the service of an access token."""

    bearer: Bearer
    is_ordinary_member: bool = False
    is_limited: bool = False

    @property
    def name(self) -> str:
        """Return the name in the token."""
        return self.bearer.name

    @property
    def client(self) -> str:
        """Return the client of the token, else its person or service."""
        return self.bearer.counted_as

    @property
    def writes_own_only(self) -> bool:
        """Return whether the client is limited to what it booked itself."""
        return self.is_limited

    @property
    def rights(self) -> frozenset[Scope]:
        """Return the scopes that take effect; those of an ordinary member are reduced."""
        if not self.is_ordinary_member:
            return self.bearer.scopes
        return frozenset(_AS_A_MEMBER.get(scope, scope) for scope in self.bearer.scopes)

    def check_may(self, *scopes: Scope) -> None:
        """Check that the token has one of these scopes, and that it takes effect.

        Raises:
            ScopeMissing: the token has none of them.
            AdministratorsOnly: it has one, but only an administrator could use it.
        """
        if self.bearer.scopes.isdisjoint(scopes):
            raise ScopeMissing(scope.value for scope in scopes)
        if self.rights.isdisjoint(scopes):
            raise AdministratorsOnly

    def check_may_read(self, target: AccessTarget) -> None:
        """Check that the token permits reading, in this domain.

        Raises:
            ScopeMissing: the token has no scope to read.
            NotAllowed: it is another domain, whether or not it exists.
        """
        self._check_may_here(READING, target)

    def check_may_write(self, target: AccessTarget) -> None:
        """Check that the token permits writing, in this domain.

        Raises:
            ScopeMissing: the token has no scope to write.
            NotAllowed: it is another domain, whether or not it exists.
        """
        self._check_may_here(WRITING, target)

    def check_may_write_for(self, person: Person) -> None:
        """Check that the token permits changing this person's statuses.

        Raises:
            ScopeMissing: the token has no scope to write.
            OwnStatusesOnly: the token may write only the statuses of its own person.
        """
        self.check_may(*WRITING)
        if Scope.DIRECTORY not in self.rights and self.bearer.user_id not in (None, person.user_id):
            raise OwnStatusesOnly

    def check_may_write_for_all(self, target: AccessTarget) -> None:
        """Check that the token permits changing everybody's statuses, in this domain.

        Raises:
            ScopeMissing: the token has no scope to write.
            OwnStatusesOnly: the token may write only the statuses of its own person.
            NotAllowed: it is another domain, whether or not it exists.
        """
        self._check_may_here(WRITING, target)
        if Scope.DIRECTORY not in self.rights and self.bearer.user_id is not None:
            raise OwnStatusesOnly

    def check_may_choose(self, definition: Definition) -> None:
        """Raise `NotForEverybody` if a person without the scope `directory` may not choose this status."""
        chooses_for_oneself = self.bearer.user_id is not None and Scope.DIRECTORY not in self.rights
        if chooses_for_oneself and not definition.is_for_everybody:
            raise NotForEverybody

    def check_may_read_definitions(self, domain_id: int) -> None:
        """Check that the token permits reading the directory, and that the domain is its own."""
        self.check_may(Scope.DIRECTORY, Scope.DIRECTORY_READ)
        self._check_domain(domain_id)

    def check_may_define(self, domain_id: int) -> None:
        """Check that the token permits changing the directory, and that the domain is its own."""
        self.check_may(Scope.DIRECTORY)
        self._check_domain(domain_id)

    def _check_domain(self, domain_id: int) -> None:
        """Raise `DomainUnknown` unless it is the token's domain, even if the other domain exists."""
        if domain_id != self.bearer.domain_id:
            raise DomainUnknown

    def _check_may_here(self, scopes: Iterable[Scope], target: AccessTarget) -> None:
        self.check_may(*scopes)
        if target.domain_id != self.bearer.domain_id:
            raise NotAllowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Administrator(Principal):
    """A person with roles, who may log in and manage other people."""

    email: str
    roles: frozenset[Role] = frozenset()
    is_active: bool = True

    @property
    def name(self) -> str:
        """Return the mail address."""
        return self.email

    @property
    def client(self) -> str:
        """Return the mail address."""
        return self.email

    @property
    def capabilities(self) -> frozenset[Capability]:
        """Return the capabilities of all roles together."""
        return capabilities(self.roles)

    def check_may_log_in(self) -> None:
        """Raise `MayNotLogIn` unless the person has a role and an active account."""
        if not self.roles or not self.is_active:
            raise MayNotLogIn

    def check_may(self, *some: Capability) -> None:
        """Raise `NotAllowed` unless the administrator has one of these capabilities; without arguments, any."""
        if not self.capabilities or (some and self.capabilities.isdisjoint(some)):
            raise NotAllowed

    def check_may_read(self, target: AccessTarget) -> None:
        """Raise `NotAllowed` unless a role permits reading that domain."""
        if not may_read(self.roles, target):
            raise NotAllowed

    def check_may_write(self, target: AccessTarget) -> None:
        """Raise `NotAllowed` unless a role permits changing that domain."""
        if not may_write(self.roles, target):
            raise NotAllowed

    def check_may_write_for(self, person: Person) -> None:
        """Raise `NotAllowed` unless a role permits changing the domain of `person`."""
        self.check_may_write(access_target(person.domain))

    def check_may_write_for_all(self, target: AccessTarget) -> None:
        """Raise `NotAllowed` unless a role permits changing that domain."""
        self.check_may_write(target)

    def check_may_choose(self, definition: Definition) -> None:
        """Accept every status: administrators may set them all."""

    def check_may_read_definitions(self, domain_id: int) -> None:
        """Raise `NotAllowed` unless a role permits reading that domain."""
        self.check_may_read(AccessTarget(domain_id))

    def check_may_define(self, domain_id: int) -> None:
        """Raise `NotAllowed` unless a role permits changing that domain."""
        self.check_may_write(AccessTarget(domain_id))


def admit(credential: Credential, standing: Standing) -> Principal:
    """Return the principal of a credential, with the rights of this moment.

    Raises:
        TokenRevoked: the token, or the client it was issued to, was revoked.
        CallerUnknown: the person of the token does not exist any more, or is deactivated.
        AccountGone: the account of the login does not exist any more.
        TokenExpired: the password has changed since the login.
        AccountDeactivated: the account of the login is deactivated.
    """
    match credential:
        case Bearer():
            return admit_bearer(credential, standing)
        case Login():
            try:
                return admit_login(credential, standing)
            except CallerUnknown:
                raise AccountGone from None


def admit_bearer(bearer: Bearer, standing: Standing) -> TokenHolder:
    """Return the holder of a token. A service has the rights in its token, a person those of their present standing.

    Raises:
        TokenRevoked: the token, or the client it was issued to, was revoked.
        CallerUnknown: its person does not exist any more, or is deactivated.
    """
    if standing.is_revoked:
        raise TokenRevoked
    if bearer.user_id is None:
        return TokenHolder(bearer=bearer, is_limited=standing.writes_own_only)
    if standing.email is None or not standing.is_active or standing.domain_id != bearer.domain_id:
        raise CallerUnknown
    return TokenHolder(
        bearer=bearer,
        is_ordinary_member=not standing.is_administrator,
        is_limited=standing.writes_own_only,
    )


def admit_login(login: Login, standing: Standing) -> Administrator:
    """Return the administrator of a login.

    Raises:
        CallerUnknown: the account does not exist any more.
        TokenExpired: the password has changed since the login.
        AccountDeactivated: the account is deactivated.
    """
    if standing.email is None:
        raise CallerUnknown
    if not login.is_with(standing.password_hash):
        raise TokenExpired
    if not standing.is_active:
        raise AccountDeactivated
    return Administrator(email=standing.email, roles=standing.roles)
