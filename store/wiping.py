"""Taking statuses away from many people at once, each with its event."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, delete, insert, literal, or_, select

from domain.events import EventKind
from store import tables
from store.events import Author
from store.store import Transaction

_STATUS: Final = tables.status.c

#: What an event keeps of its status, under the same names.
_COPIED: Final = [
    "person_id",
    "schedule_type",
    "profile_status_id",
    "message",
    "starts_at",
    "ends_at",
    "auto_reply_id",
    "origin",
]


def wipe(
    transaction: Transaction,
    people: Select[tuple[int]],
    *,
    profile_status_id: str | None = None,
    by: Author,
) -> None:
    """Take away every status of these people, or every one with this id; what those covered shows again.

    `people` selects their numbers.

    The people are held, so nobody writes a status meanwhile, and the statuses are, so none starts or ends.
    """
    connection = transaction.connection
    going: ColumnElement[bool] = _STATUS.person_id.in_(people)
    if profile_status_id is not None:
        going = and_(going, _STATUS.profile_status_id == profile_status_id)
    connection.execute(people.order_by(tables.person.c.id).with_for_update(key_share=True))
    connection.execute(select(_STATUS.id).where(going).with_for_update())
    now = transaction.now()
    written = {
        "kind": literal(EventKind.DELETED.value),
        "committed_at": literal(now, tables.event.c.committed_at.type),
        "actor": literal(by.name),
        "request_id": literal(by.request_id),
        "status_id": _STATUS.id,
        "shown_status_id": _still_shown("id", now, profile_status_id),
        "shown_profile_status_id": _still_shown("profile_status_id", now, profile_status_id),
        **{name: _STATUS[name] for name in _COPIED},
    }
    connection.execute(
        insert(tables.event).from_select(list(written), select(*written.values()).where(going))
    )
    connection.execute(delete(tables.status).where(going))


def everybody_in(domain_id: int) -> Select[tuple[int]]:
    """Return what selects the numbers of all people of a domain."""
    return select(tables.person.c.id).where(tables.person.c.domain_id == domain_id)


def _still_shown(column: str, now: datetime, gone: str | None) -> ColumnElement[Any]:
    """Say what a status' person shows at `now` without what goes: the rule of `domain.timeline.as_of`, in SQL."""
    if gone is None:
        return literal(None, _STATUS[column].type)
    layer = tables.status.alias("layer")
    holds = and_(layer.c.in_force_at <= now, or_(layer.c.ends_at.is_(None), layer.c.ends_at > now))
    shown: Select[Any] = (
        select(layer.c[column])
        .where(layer.c.person_id == _STATUS.person_id, holds, layer.c.profile_status_id != gone)
        .order_by(layer.c.in_force_at.desc(), layer.c.turn.desc())
        .limit(1)
    )
    return shown.scalar_subquery()
