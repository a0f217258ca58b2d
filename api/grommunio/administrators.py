"""The caller, read afresh from the store: permissions can have changed since the login."""

import hmac
from collections.abc import Callable
from typing import Annotated, Protocol

from fastapi import Depends, Request

from api.auth.standing import admitted
from domain.administrator import Administrator
from domain.caller import READING, WRITING, Caller
from domain.directory import Person
from domain.permissions import AccessTarget
from domain.refusals import AccountGone, CallerUnknown, NotAllowed, TokenExpired
from security.login_tokens import Login, stamp
from store.store import Transaction


class Overseer(Protocol):
    """Somebody who may read or change the out-of-office of others."""

    @property
    def name(self) -> str:
        """Return the name for events."""

    def check_may_read(self, where: AccessTarget) -> None:
        """Raise `NotAllowed` unless the out-of-offices of this domain may be read."""

    def check_may_write(self, where: AccessTarget) -> None:
        """Raise `NotAllowed` unless at least one out-of-office of this domain may be changed."""

    def check_may_write_for(self, person: Person) -> None:
        """Raise `NotAllowed` unless this person's out-of-office may be changed."""


class _Bearer:
    """The caller of a bearer token, with access to one domain."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    @property
    def name(self) -> str:
        return self._caller.name

    def check_may_read(self, where: AccessTarget) -> None:
        self._caller.check_may(*READING)
        self._check_is_theirs(where)

    def check_may_write(self, where: AccessTarget) -> None:
        self._caller.check_may(*WRITING)
        self._check_is_theirs(where)

    def check_may_write_for(self, person: Person) -> None:
        self._caller.check_may_write(person)

    def _check_is_theirs(self, where: AccessTarget) -> None:
        """Raise `NotAllowed` unless this is the caller's domain, whether or not the other one exists."""
        if where.domain_id != self._caller.domain_id:
            raise NotAllowed


def administrator(transaction: Transaction, login: Login) -> Administrator:
    """Return the administrator of a login.

    Raises:
        CallerUnknown: the account does not exist any more.
        TokenExpired: the password has changed since the login.
        AccountDeactivated: the account is deactivated.
    """
    account = transaction.accounts.of(login.user_id)
    if account is None:
        raise CallerUnknown
    if not hmac.compare_digest(login.stamp, stamp(account.password_hash)):
        raise TokenExpired
    account.administrator.check_is_active()
    return account.administrator


def overseer(request: Request, transaction: Transaction) -> Overseer:
    """Return the caller of the request, by login or by bearer token.

    Raises:
        CallerUnknown: the person of the bearer token does not exist or is deactivated.
        AccountGone: the account of the login does not exist any more.
        TokenExpired: its password has changed since the login.
        AccountDeactivated: it is deactivated.
    """
    caller: Caller | None = getattr(request.state, "caller", None)
    if caller is not None:
        return _Bearer(admitted(transaction, caller))
    try:
        return administrator(transaction, request.state.login)
    except CallerUnknown:
        raise AccountGone from None


def _overseer_of(request: Request) -> Callable[[Transaction], Overseer]:
    return lambda transaction: overseer(request, transaction)


def _administrator_of(request: Request) -> Callable[[Transaction], Administrator]:
    return lambda transaction: administrator(transaction, request.state.login)


TheOverseer = Annotated[Callable[[Transaction], Overseer], Depends(_overseer_of)]
TheAdministrator = Annotated[Callable[[Transaction], Administrator], Depends(_administrator_of)]
