"""What a caller may do now, whatever the token said when it was issued."""

from domain.caller import Caller
from store.store import Transaction


def admitted(transaction: Transaction, caller: Caller) -> Caller:
    """Return the caller with the present rights of the token's person. A service has the rights in its token.

    Raises:
        CallerUnknown: the person does not exist or is deactivated.
    """
    if caller.user_id is None:
        return caller
    standing = transaction.directory.standing(caller.domain_id, caller.user_id)
    return caller.admitted(is_administrator=standing)
