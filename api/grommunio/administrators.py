"""Who logged in, as the store has them at this moment: what they may do can have changed since."""

import hmac
from collections.abc import Callable
from typing import Annotated, Protocol

from fastapi import Depends, Request

from api.auth.standing import admitted
from config.login_tokens import Login, stamp
from domain.administrator import Administrator
from domain.caller import READING, WRITING, Caller
from domain.directory import Person
from domain.permissions import Place
from domain.refusals import AccountGone, CallerUnknown, NotAllowed, TokenExpired
from store.store import Transaction


class Overseer(Protocol):
    """Who may look at the out-of-offices of others, and change them."""

    @property
    def name(self) -> str:
        """Return whom events name."""

    def check_may_read(self, where: Place) -> None:
        """Return nothing when those of this domain may be looked at.

        Raises:
            NotAllowed: they may not.
        """

    def check_may_write(self, where: Place) -> None:
        """Return nothing when some of this domain may be changed.

        Raises:
            NotAllowed: none may.
        """

    def check_may_write_for(self, person: Person) -> None:
        """Return nothing when this person's may be changed.

        Raises:
            NotAllowed: it may not.
        """


class _Bearer:
    """The bearer of a token, who oversees one domain."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    @property
    def name(self) -> str:
        return self._caller.name

    def check_may_read(self, where: Place) -> None:
        self._caller.check_may(*READING)
        self._check_is_theirs(where)

    def check_may_write(self, where: Place) -> None:
        self._caller.check_may(*WRITING)
        self._check_is_theirs(where)

    def check_may_write_for(self, person: Person) -> None:
        self._caller.check_may_write(person)

    def _check_is_theirs(self, where: Place) -> None:
        """Return nothing when it is the caller's domain; another one is not, whether it exists or not."""
        if where.domain_id != self._caller.domain_id:
            raise NotAllowed


def administrator(transaction: Transaction, login: Login) -> Administrator:
    """Return who logged in.

    Raises:
        CallerUnknown: they do not exist any more.
        TokenExpired: their password is another one since.
        AccountDeactivated: they were deactivated.
    """
    account = transaction.accounts.of(login.user_id)
    if account is None:
        raise CallerUnknown
    if not hmac.compare_digest(login.stamp, stamp(account.password_hash)):
        raise TokenExpired
    account.administrator.check_is_active()
    return account.administrator


def overseer(request: Request, transaction: Transaction) -> Overseer:
    """Return who calls, whether by a login or by a bearer token.

    Raises:
        CallerUnknown: whoever the bearer token speaks for does not exist any more.
        AccountGone: whoever logged in does not exist any more.
        TokenExpired: their password is another one since.
        AccountDeactivated: whoever logged in was deactivated.
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
