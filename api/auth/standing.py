"""What a caller may do today, whatever the token said when it was issued."""

from domain.caller import Caller
from store.store import Transaction


def admitted(transaction: Transaction, caller: Caller) -> Caller:
    """Return the caller as the directory knows the token's person now; a service is what its token says.

    Raises:
        CallerUnknown: the person does not exist, or has been deactivated.
    """
    if caller.user_id is None:
        return caller
    standing = transaction.directory.standing(caller.domain_id, caller.user_id)
    return caller.admitted(is_administrator=standing)
