"""Finds the account that a command names."""

from cli.mistakes import Mistake
from domain.refusals import PersonUnknown
from store.accounts import Account
from store.store import Transaction


def account(transaction: Transaction, mail: str) -> Account:
    """Return the account with `mail` as an address or login name.

    Raises:
        Mistake: there is none.
    """
    found = transaction.accounts.named(mail)
    if found is None:
        try:
            found = transaction.accounts.of(transaction.directory.registered_with_address(mail).user_id)
        except PersonUnknown:
            found = None
    if found is None:
        raise Mistake(f"Nobody has {mail} as address or login name.")
    return found
