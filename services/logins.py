"""Logins of administrators: log in with a password, and renew a login."""

from dataclasses import dataclass
from typing import Final

import structlog

from domain.credentials import Login, stamp
from domain.refusals import MayNotLogIn, WrongPassword
from security import passwords
from services import admission
from store.accounts import Account
from store.store import Store

_log: Final = structlog.get_logger("presently.login")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A login attempt: name, password and address."""

    name: str
    password: str
    address: str

    def __repr__(self) -> str:
        return f"Attempt from {self.address}"


def log_in(store: Store, attempt: Attempt) -> Login:
    """Check the password of an attempt, and return its login. A failure is logged.

    Raises:
        WrongPassword: the account does not exist, or the password is wrong.
        MayNotLogIn: the account has no role, or is deactivated.
    """
    with store.reading() as transaction:
        account = transaction.accounts.named(attempt.name)
    is_right = passwords.verify_password(attempt.password, account.password_hash if account else None)
    if account is None or not is_right:
        _log_failure(attempt, account, "wrong password" if account else "no such account")
        raise WrongPassword
    try:
        account.administrator.check_may_log_in()
    except MayNotLogIn:
        _log_failure(attempt, account, "nothing to administer")
        raise
    return Login(account.person.user_id, stamp(account.password_hash))


def renew(store: Store, login: Login) -> Login:
    """Return the login again, for a new token.

    Raises:
        NotSignedIn: the login is not valid any more.
        AccountDeactivated: the account is deactivated.
        MayNotLogIn: the account has no role any more.
    """
    with store.reading() as transaction:
        admission.administrator(transaction, login).check_may_log_in()
    return login


def _log_failure(attempt: Attempt, account: Account | None, reason: str) -> None:
    """Log a failed login. An unknown name is not logged: it may be a password in the wrong field."""
    name = account.person.email if account else "(unknown)"
    _log.warning("A login failed.", login=name, address=attempt.address, reason=reason)
