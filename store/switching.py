"""Switching statuses on and off for a domain."""

from domain.definitions import BUILT_IN
from store.events import Author
from store.store import Transaction
from store.wiping import everybody_in, wipe


def switch_on(transaction: Transaction, domain_id: int) -> None:
    """Switch statuses on, with the built-in profile statuses; if they are on, change nothing.

    Raises:
        DomainUnknown: there is no such domain.
    """
    transaction.definitions.lock(domain_id)
    if not transaction.directory.domain(domain_id).statuses_are_on:
        transaction.directory.switch_statuses(domain_id, on=True)
        transaction.definitions.add(domain_id, BUILT_IN.values())


def switch_off(transaction: Transaction, domain_id: int, *, by: Author) -> int:
    """Switch statuses off: delete all profile statuses of the domain and all statuses of its people.

    Return the number of deleted statuses. If statuses are off, change nothing.

    Raises:
        DomainUnknown: there is no such domain.
    """
    transaction.definitions.lock(domain_id)
    if not transaction.directory.domain(domain_id).statuses_are_on:
        return 0
    transaction.directory.switch_statuses(domain_id, on=False)
    transaction.definitions.remove(domain_id)
    return wipe(transaction, everybody_in(domain_id), by=by)
