"""Deleting the statuses of many people at once, each with its event."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, literal, select

from domain.events import Author, EventKind
from store import tables
from store.engine import Clock
from store.events import insert_for_statuses
from store.postgresql import taking_time
from store.timelines import REACH, shown_at

_STATUS: Final = tables.status.c


def delete_statuses(
    connection: Connection,
    clock: Clock,
    people: Select[tuple[int]],
    *,
    profile_status_id: str | None = None,
    by: Author,
) -> int:
    """Delete all statuses of these people, or those with this profile status, and return how many.

    `people` selects the people's numbers. What the deleted statuses covered shows again.

    The people are locked, so that nobody writes a status meanwhile, and the statuses, so that none starts or ends.
    """
    going: ColumnElement[bool] = _STATUS.person_id.in_(people)
    if profile_status_id is not None:
        going = and_(going, _STATUS.profile_status_id == profile_status_id)
    with taking_time(connection):
        connection.execute(people.order_by(tables.person.c.id).with_for_update(key_share=True))
        connection.execute(select(_STATUS.id).where(going).with_for_update())
        now = clock(connection)
        shown = (
            _nothing
            if profile_status_id is None
            else shown_at(now, reach=now + REACH, without=profile_status_id)
        )
        connection.execute(insert_for_statuses(EventKind.DELETED, going, by=by, at=now, shown=shown))
        return connection.execute(delete(tables.status).where(going)).rowcount


def _nothing(column: str) -> ColumnElement[Any]:
    """Select what a person shows whose statuses are all deleted."""
    return literal(None, _STATUS[column].type)
