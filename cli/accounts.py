"""Finding the person or the account that a command is about."""

from cli.mistakes import Mistake
from domain.directory import Person
from domain.refusals import PersonUnknown
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


def registered(transaction: Transaction, mail: str) -> Person:
    """Return who has the mail address `mail`, be it a further one, and be they deactivated.

    Raises:
        Mistake: nobody has it.
    """
    try:
        return transaction.directory.registered_with_address(mail)
    except PersonUnknown:
        raise Mistake(f"Nobody has the address {mail}.") from None
