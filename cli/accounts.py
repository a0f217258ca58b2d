"""Finding the account that a command is about."""

from cli.mistakes import Mistake
from store.accounts import Account
from store.store import Transaction


def account(transaction: Transaction, mail: str) -> Account:
    """Return whose mail address or login name `mail` is.

    Raises:
        Mistake: nobody's.
    """
    found = transaction.accounts.named(mail)
    if found is None:
        raise Mistake(f"Nobody has {mail} as first address or login name.")
    return found
