"""Deleting statuses of many people at once, each with its event."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, delete, insert, literal, select

from domain.events import EventKind
from store import snapshots, tables
from store.events import Author
from store.postgresql import taking_time
from store.store import Transaction

_STATUS: Final = tables.status.c


def wipe(
    transaction: Transaction,
    people: Select[tuple[int]],
    *,
    profile_status_id: str | None = None,
    by: Author,
) -> int:
    """Delete all statuses of these people, or those with this profile status, and return how many.

    `people` selects the people's numbers. What the deleted statuses covered shows again.

    The people are locked, so that nobody writes a status meanwhile, and the statuses, so that none starts or ends.
    """
    connection = transaction.connection
    going: ColumnElement[bool] = _STATUS.person_id.in_(people)
    if profile_status_id is not None:
        going = and_(going, _STATUS.profile_status_id == profile_status_id)
    with taking_time(connection):
        connection.execute(people.order_by(tables.person.c.id).with_for_update(key_share=True))
        connection.execute(select(_STATUS.id).where(going).with_for_update())
        return _take(transaction, going, profile_status_id, by)


def _take(
    transaction: Transaction, going: ColumnElement[bool], profile_status_id: str | None, by: Author
) -> int:
    """Delete these locked statuses, write their events, and return how many they were."""
    now = transaction.now()
    written = {
        "kind": literal(EventKind.DELETED.value),
        "committed_at": literal(now, tables.event.c.committed_at.type),
        "actor": literal(by.name),
        "request_id": literal(by.request_id),
        "status_id": _STATUS.id,
        "shown_status_id": _still_shown("id", now, profile_status_id),
        "shown_profile_status_id": _still_shown("profile_status_id", now, profile_status_id),
        **snapshots.OF_STATUS,
    }
    transaction.connection.execute(
        insert(tables.event).from_select(list(written), select(*written.values()).where(going))
    )
    return transaction.connection.execute(delete(tables.status).where(going)).rowcount


def everybody_in(domain_id: int) -> Select[tuple[int]]:
    """Select the numbers of all people of a domain."""
    return select(tables.person.c.id).where(tables.person.c.domain_id == domain_id)


def _still_shown(column: str, now: datetime, gone: str | None) -> ColumnElement[Any]:
    """Select what the person of a status shows after the deletion: nothing if all statuses are deleted."""
    if gone is None:
        return literal(None, _STATUS[column].type)
    return snapshots.shown(column, now, without=gone)
