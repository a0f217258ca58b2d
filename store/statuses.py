"""Reading, locking and writing people's statuses."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    tuple_,
    update,
)

from domain.events import Author
from domain.status import ScheduleType, Status
from store import auto_replies, tables
from store.bulk_deletion import delete_statuses
from store.directory import everybody_in
from store.driver import run
from store.engine import Clock
from store.status_rows import COLUMNS, READ, row_of, status_of

#: Up to this number, statuses are counted exactly.
COUNTED: Final = 10_000

_NOTED: Final = text("SELECT reltuples::bigint FROM pg_class WHERE oid = CAST(:index AS regclass)")


class Statuses:
    """The statuses of one transaction."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def of(self, person_id: int) -> list[Status]:
        """Return a person's statuses as stored; due transitions may not be carried out yet."""
        return [
            status_of(row)
            for row in self._connection.execute(_STATUSES.where(tables.status.c.person_id == person_id))
        ]

    def page(
        self, person_id: int, now: datetime, *, after: tuple[datetime, str] | None, limit: int
    ) -> list[Status]:
        """Return at most `limit` statuses that are not over at `now`, ordered by start and id.

        Only those whose start and id come after `after` are returned.
        """
        rows = tables.status.c
        these = [rows.person_id == person_id, or_(rows.ends_at.is_(None), rows.ends_at > now)]
        if after is not None:
            these.append(tuple_(rows.in_force_at, rows.id) > tuple_(*after))
        query = _STATUSES.where(*these).order_by(rows.in_force_at, rows.id).limit(limit)
        return [status_of(row) for row in self._connection.execute(query)]

    def count_ahead(self, person_id: int, now: datetime) -> int:
        """Count a person's statuses whose start is after `now`."""
        rows = tables.status.c
        these = (
            rows.person_id == person_id,
            rows.schedule_type == tables.RESERVED,
            rows.in_force_at > now,
        )
        counted: int = self._connection.execute(select(func.count()).where(*these)).scalar_one()
        return counted

    def counts(self) -> dict[str, int]:
        """Count the statuses of each schedule type.

        On PostgreSQL at most `COUNTED` are counted. Above that, the result is PostgreSQL's estimate of the last VACUUM
        or ANALYZE, which is a few percent off: counting ten million takes seconds, and metrics ask every few seconds.
        """
        return {
            ScheduleType.RESERVED.value: self._count(tables.RESERVED, "in_force_at", "ix_status_start_due"),
            ScheduleType.PRESENT.value: self._count(tables.PRESENT, "ends_at", "ix_status_end_due"),
        }

    def _count(self, kind: ColumnElement[str], column: str, its_index: str) -> int:
        rows = tables.status.c
        # In the order of the index, so that only the index is read.
        these = select(rows.id).where(rows.schedule_type == kind).order_by(rows[column], rows.id)
        is_sampled = self._connection.dialect.name == "postgresql"
        counted = select(func.count()).select_from((these.limit(COUNTED) if is_sampled else these).subquery())
        count: int = self._connection.execute(counted).scalar_one()
        if not is_sampled or count < COUNTED:
            return count
        noted: int = self._connection.execute(_NOTED, {"index": its_index}).scalar_one()
        return max(count, noted)

    def save(self, person_id: int, before: Sequence[Status], after: Sequence[Status]) -> None:
        """Store `after` as a person's statuses instead of `before`, of a locked person."""
        earlier, kept = {status.id: status for status in before}, {status.id for status in after}
        gone = [status.id for status in before if status.id not in kept]
        # A new status takes the row of one that is gone: one statement less.
        rows, surplus = gone[: len(kept - earlier.keys())], gone[len(kept - earlier.keys()) :]
        for status_id in surplus:
            run(self._connection, _DELETE, {"this": status_id})
        # A place, and an id, must be left before another status gets it.
        for status in sorted(after, key=lambda status: (status.id not in earlier, _is_reserved(status))):
            old = earlier.get(status.id)
            if old is None:
                self._add(person_id, status, row=rows.pop() if rows else None)
            elif old != status:
                self._update(old, status)

    def delete_all_of(self, people: Collection[int], *, by: Author) -> int:
        """Delete all statuses of these people, each with an event by this author, and return how many.

        The people and the statuses are locked first: nobody writes a status meanwhile, and none starts or ends.
        """
        these = select(tables.person.c.id).where(tables.person.c.id.in_(people))
        return delete_statuses(self._connection, self._clock, these, by=by)

    def delete_all_in(self, domain_id: int, *, profile_status_id: str | None = None, by: Author) -> int:
        """Delete all statuses of the domain's people, or those with this profile status, and return how many.

        Events and locks are those of `delete_all_of`. What the deleted statuses covered shows again.
        """
        everybody = everybody_in(domain_id)
        return delete_statuses(
            self._connection, self._clock, everybody, profile_status_id=profile_status_id, by=by
        )

    def _add(self, person_id: int, status: Status, *, row: str | None) -> None:
        number = auto_replies.add(self._connection, status.auto_reply)
        columns = row_of(status) | {"id": status.id, "auto_reply_id": number}
        if row is None:
            run(self._connection, _INSERT, columns | {"person_id": person_id})
        else:
            run(self._connection, _REPLACE, columns | {"this": row})

    def _update(self, old: Status, status: Status) -> None:
        if old.auto_reply == status.auto_reply:
            run(self._connection, _UPDATE, row_of(status) | {"this": status.id})
            return
        before = self._connection.execute(_AUTO_REPLY_ID, {"this": status.id}).scalar_one()
        row = row_of(status) | {"auto_reply_id": auto_replies.add(self._connection, status.auto_reply)}
        run(self._connection, _UPDATE_WITH_REPLY, row | {"this": status.id})
        if before is not None:
            auto_replies.remove_unused(self._connection, [before])


def _is_reserved(status: Status) -> bool:
    return status.schedule_type is ScheduleType.RESERVED


# Built once: building a statement takes longer than running it.
_THIS: Final = tables.status.c.id == bindparam("this", type_=String)
_INSERT: Final = insert(tables.status).values(
    {name: bindparam(name) for name in (*COLUMNS, "id", "person_id", "auto_reply_id")}
)
_UPDATE: Final = update(tables.status).where(_THIS).values({name: bindparam(name) for name in COLUMNS})
_UPDATE_WITH_REPLY: Final = _UPDATE.values(auto_reply_id=bindparam("auto_reply_id"))
_REPLACE: Final = _UPDATE_WITH_REPLY.values(id=bindparam("id"))
_DELETE: Final = delete(tables.status).where(_THIS)
_AUTO_REPLY_ID: Final = select(tables.status.c.auto_reply_id).where(_THIS)


def next_due(statuses: Iterable[Status]) -> datetime | None:
    """Return the earliest moment at which one of these statuses starts or ends."""
    moments = (status.in_force_at if _is_reserved(status) else status.window.ends_at for status in statuses)
    return min((moment for moment in moments if moment is not None), default=None)


_STATUSES: Final = select(*(tables.status.c[name] for name in READ), tables.auto_reply.c.content).outerjoin(
    tables.auto_reply, tables.auto_reply.c.id == tables.status.c.auto_reply_id
)
