"""Deactivating people who leave, and reactivating people who come back."""

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import ColumnElement, delete, select, update

from domain.events import Author, EventKind
from store import tables
from store.batches import batches
from store.events import insert_for_people
from store.store import Transaction
from store.wiping import wipe

#: The maximum number of people in one statement.
_BATCH: Final = 500


def deactivate(transaction: Transaction, people: Collection[int], *, by: Author) -> int:
    """Deactivate these people, and return how many statuses were deleted.

    Nobody finds them any more, and their tokens and logins become invalid. Their statuses and remembered reply texts
    are deleted, each with an event. Their mail addresses and external keys stay reserved for them.
    """
    return sum(_deactivate(transaction, numbers, by) for numbers in batches(sorted(people), _BATCH))


def reactivate(transaction: Transaction, people: Collection[int]) -> None:
    """Reactivate these people. They start without password, roles and login names."""
    for numbers in batches(sorted(people), _BATCH):
        these = tables.person.c.id.in_(numbers)
        anew = {"deactivated_at": None, "password_hash": None}
        transaction.connection.execute(update(tables.person).where(these).values(anew))
        for table in (tables.role, tables.login_name):
            transaction.connection.execute(delete(table).where(table.c.person_id.in_(numbers)))


def _deactivate(transaction: Transaction, numbers: Sequence[int], by: Author) -> int:
    these = tables.person.c.id.in_(numbers)
    active = tables.person.c.deactivated_at.is_(None)
    now = transaction.now()
    transaction.connection.execute(update(tables.person).where(these, active).values(deactivated_at=now))
    ended = wipe(transaction, select(tables.person.c.id).where(these), by=by)
    _forget_texts(transaction, tables.reply_texts.c.person_id.in_(numbers), by)
    return ended


def _forget_texts(transaction: Transaction, theirs: ColumnElement[bool], by: Author) -> None:
    told = insert_for_people(
        EventKind.REMEMBERED, tables.reply_texts.c.person_id, theirs, by=by, at=transaction.now()
    )
    transaction.connection.execute(told)
    transaction.connection.execute(delete(tables.reply_texts).where(theirs))
