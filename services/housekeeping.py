"""Deleting what is not needed any more, one batch at a time: old events, and expired tokens."""

from datetime import timedelta

from store.store import Store


def forget_old_events(store: Store, retention: timedelta, *, limit: int) -> int:
    """Delete at most `limit` events older than the retention time with their reply texts, and return how many."""
    with store.writing() as transaction:
        return transaction.events.forget(transaction.now() - retention, limit=limit)


def forget_old_bookings(store: Store, *, limit: int) -> int:
    """Delete at most `limit` bookings that ended long ago, and return how many."""
    with store.writing() as transaction:
        return transaction.bookings.forget(transaction.now(), limit=limit)


def forget_kept_answers(store: Store, *, limit: int) -> int:
    """Delete at most `limit` answers that were kept for repeated requests and have expired, and return how many."""
    with store.writing() as transaction:
        return transaction.kept_answers.forget_expired(transaction.now(), limit=limit)


def forget_expired_tokens(store: Store, *, limit: int) -> int:
    """Delete expired refresh tokens and revocations, at most `limit` of each, and return how many."""
    with store.writing() as transaction:
        return transaction.clients.forget_expired(transaction.now(), limit=limit)


def forget_old_changes(store: Store, *, limit: int) -> int:
    """Delete at most `limit` entries of changes whose time is over, and return how many; `limit` if more may follow."""
    with store.writing() as transaction:
        return transaction.changes.forget(transaction.now(), limit=limit)
