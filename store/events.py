"""Events: written in the transaction of the change, and deleted after their retention time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, literal, select

from domain.events import Event
from domain.status import Status
from store import auto_replies, tables


@dataclass(frozen=True, slots=True)
class Author:
    """The author of a change, and the id of the request."""

    name: str
    request_id: str | None = None


class Events:
    """The events of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(
        self,
        person_id: int,
        events: Iterable[Event],
        *,
        shown: Status | None,
        by: Author,
        now: datetime,
    ) -> None:
        """Record events of a person who shows `shown` afterwards; the statuses of the events must be in their table."""
        for event in events:
            self._connection.execute(
                insert(tables.event).values(
                    kind=event.kind.value,
                    person_id=person_id,
                    due_at=event.due_at,
                    committed_at=now,
                    actor=by.name,
                    request_id=by.request_id,
                    shown_status_id=shown.id if shown else None,
                    shown_profile_status_id=shown.profile_status_id if shown else None,
                    **_as_it_was(event.status),
                )
            )

    def forget(self, before: datetime, *, limit: int) -> int:
        """Delete at most `limit` events from before this moment with their reply texts, and return how many."""
        rows = tables.event.c
        # A literal: with a parameter as limit, PostgreSQL plans the prepared statement as a scan of the whole table.
        at_most = literal(limit, literal_execute=True)
        oldest = select(rows.id).where(rows.committed_at < before).order_by(rows.committed_at).limit(at_most)
        forgotten = self._connection.execute(
            delete(tables.event).where(rows.id.in_(oldest)).returning(rows.auto_reply_id)
        ).all()
        auto_replies.remove_unused(
            self._connection, {number for (number,) in forgotten if number is not None}
        )
        return len(forgotten)


def _as_it_was(status: Status | None) -> dict[str, Any]:
    if status is None:
        return {}
    rows = tables.status.c
    return {
        "status_id": status.id,
        "schedule_type": status.schedule_type.value,
        "profile_status_id": status.profile_status_id,
        "message": status.message,
        "starts_at": status.starts_at,
        "ends_at": status.ends_at,
        "place": status.place and status.place.value,
        "auto_reply_id": select(rows.auto_reply_id).where(rows.id == status.id).scalar_subquery(),
    }
