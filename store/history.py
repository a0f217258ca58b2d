"""Reading events: a person's history and past, and the audit of a domain. Only `store.events` writes them."""

import json
import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    Select,
    case,
    false,
    literal,
    or_,
    select,
    tuple_,
)

from domain.events import TIME, EventKind
from domain.history import Layer, Past, Position, Record, Search, sides
from domain.status import Place
from store import auto_replies, tables
from store.types import instant, moment_of

#: At most so many events are undone to compute the past of one person.
MOST: Final = 10_000

_EVENT: Final = tables.event.c
_STATUS: Final = tables.status.c
_PERSON: Final = tables.person.c

_NEWEST_FIRST: Final = (_EVENT.committed_at, _EVENT.id)

#: What an event and a status have in common.
_OF_LAYER: Final = (
    "profile_status_id",
    "message",
    "starts_at",
    "starts_offset",
    "ends_at",
    "ends_offset",
    "place",
    "client",
    "in_force_at",
    "sequence",
)
_OF_EVENT: Final = (
    "id",
    "kind",
    "person_id",
    "committed_at",
    "due_at",
    "actor",
    "actor_client",
    "request_id",
    "job",
    "before",
    "shown_status_id",
    "shown_profile_status_id",
)


@dataclass(frozen=True, slots=True)
class Told:
    """An event, with the address and the name of its person; without, if there is no such person any more."""

    record: Record
    email: str | None
    name: str | None


class History:
    """The events of one transaction, for reading."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def past(self, person_id: int, *, since: datetime, until: datetime) -> Past:
        """Return what there is now of a person and touches this time, and the events after `since`.

        Both are read by one statement, so that no change comes in between. If there are more than `MOST` events, the
        past is known only from the oldest of the newest ones on.
        """
        events = (
            _select(_columns(_EVENT, _OF_EVENT), tables.event)
            .where(_EVENT.person_id == person_id, _EVENT.committed_at > since)
            .order_by(*(column.desc() for column in _NEWEST_FIRST))
            .limit(literal(MOST, literal_execute=True))
            .subquery()
        )
        nothing = [literal(None, _EVENT[name].type).label(name) for name in _OF_EVENT]
        layers = _select(nothing, tables.status).where(
            _STATUS.person_id == person_id,
            _STATUS.in_force_at < until,
            or_(_STATUS.ends_at.is_(None), _STATUS.ends_at > since),
        )
        rows = self._connection.execute(select(events).union_all(layers)).mappings().all()
        records = tuple(_record(row) for row in rows if row["kind"])
        present = tuple(_layer(row) for row in rows if not row["kind"])
        # Read after the events: what was deleted meanwhile is counted as missing.
        known_from = self.known_from()
        if len(records) == MOST:
            oldest = min(record.committed_at for record in records)
            known_from = max(oldest, known_from or oldest)
        return Past(present=present, records=records, known_from=known_from)

    def known_from(self) -> datetime | None:
        """Return the moment before which events may be missing; `None` if none ever was deleted."""
        noted = tables.event_pruning.c
        found: datetime | None = self._connection.scalar(select(noted.pruned_before).where(noted.id == 1))
        return found

    def of_person(
        self, domain_id: int, person_id: int, *, before: Position | None = None, limit: int
    ) -> list[Record]:
        """Return at most `limit` events of a person, newest first, that come before this position."""
        query = (
            _select(_columns(_EVENT, _OF_EVENT), tables.event)
            .where(_EVENT.person_id == person_id, _EVENT.domain_id == domain_id)
            .where(*_earlier_than(before))
        )
        return [_record(row) for row in self._page(query, limit)]

    def of_domain(
        self, domain_id: int, search: Search, *, before: Position | None = None, limit: int
    ) -> list[Told]:
        """Return at most `limit` events that callers caused in a domain, newest first, that come before this position.

        Starts and ends, which time causes, are not among them.
        """
        query = _select(
            [*_columns(_EVENT, _OF_EVENT), _PERSON.email.label("email"), _PERSON.name.label("name")],
            tables.event.outerjoin(tables.person, _PERSON.id == _EVENT.person_id),
        ).where(*_in_domain(domain_id, search, before))
        return [Told(_record(row), row["email"], row["name"]) for row in self._page(query, limit)]

    def end_of(
        self, domain_id: int, search: Search, *, before: Position | None = None, limit: int
    ) -> Position | None:
        """Return the position of the last of the `limit` events that `of_domain` returns; `None` if no more follow."""
        found = self._connection.execute(
            select(*_NEWEST_FIRST)
            .where(*_in_domain(domain_id, search, before))
            .order_by(*(column.desc() for column in _NEWEST_FIRST))
            .offset(literal(limit - 1, literal_execute=True))
            .limit(literal(2, literal_execute=True))
        ).all()
        return (found[0].committed_at, found[0].id) if len(found) > 1 else None

    def _page(self, query: Select[Any], limit: int) -> Sequence[RowMapping]:
        # A literal: with a parameter as limit, PostgreSQL plans the prepared statement as a scan of the whole table.
        at_most = literal(limit, literal_execute=True)
        page = query.order_by(*(column.desc() for column in _NEWEST_FIRST)).limit(at_most)
        return self._connection.execute(page).mappings().all()


def _select(columns: Iterable[ColumnElement[Any]], source: FromClause) -> Select[Any]:
    """Select these columns and those of a layer, from events or from statuses."""
    rows = _STATUS if source is tables.status else _EVENT
    status_id = rows.id if source is tables.status else rows.status_id
    layer = _columns(rows, _OF_LAYER)
    return select(*columns, status_id.label("status_id"), *layer, answers_mail(rows)).select_from(source)


def _columns(rows: Any, names: Iterable[str]) -> list[ColumnElement[Any]]:
    return [rows[name].label(name) for name in names]


def answers_mail(rows: Any) -> ColumnElement[bool]:
    """Return the rule of `Status.is_out_of_office` in SQL."""
    replies = tables.auto_reply
    is_on = select(auto_replies.is_switched_on()).where(replies.c.id == rows.auto_reply_id).scalar_subquery()
    return case(
        (or_(rows.auto_reply_id.is_(None), rows.is_muted.is_(True)), false()),
        (rows.place == tables.OOF, literal(True)),  # noqa: FBT003 (a value of the database)
        else_=is_on,
    ).label("answers_mail")


def _in_domain(domain_id: int, search: Search, before: Position | None) -> list[ColumnElement[bool]]:
    # A person's events and those of a job are few. Without the literal, the domain's indexes are not searched for them.
    is_narrow = search.person is not None or search.job is not None
    time = literal(TIME.name) if is_narrow else tables.BY_TIME
    by_callers = (_EVENT.domain_id == domain_id, _EVENT.actor != time)
    return [*by_callers, *_wanted(search), *_earlier_than(before)]


def _wanted(search: Search) -> list[ColumnElement[bool]]:
    wanted = (
        (_EVENT.person_id, search.person, operator.eq),
        (_EVENT.actor, search.actor, operator.eq),
        (_EVENT.job, search.job, operator.eq),
        (_EVENT.committed_at, search.since, operator.ge),
        (_EVENT.committed_at, search.until, operator.lt),
    )
    return [compare(column, value) for column, value, compare in wanted if value is not None]


def _earlier_than(position: Position | None) -> list[ColumnElement[bool]]:
    if position is None:
        return []
    places = (literal(value, column.type) for value, column in zip(position, _NEWEST_FIRST, strict=True))
    return [tuple_(*_NEWEST_FIRST) < tuple_(*places)]


def _record(row: Any) -> Record:
    kind = EventKind(row["kind"])
    differing = None if row["before"] is None else json.loads(row["before"])
    before, after = None, None
    if row["status_id"] is not None:
        earlier = None if differing is None else _layer({**row, **differing})
        before, after = sides(kind, _layer(row), earlier)
    return Record(
        id=row["id"],
        kind=kind,
        person_id=row["person_id"],
        committed_at=row["committed_at"],
        due_at=row["due_at"],
        actor=row["actor"],
        client=row["actor_client"],
        request_id=row["request_id"],
        job=row["job"],
        before=before,
        after=after,
        changed=None
        if differing is None
        else frozenset(_FIELDS[name] for name in differing if name in _FIELDS),
        shown_id=row["shown_status_id"],
        shown_profile_status_id=row["shown_profile_status_id"],
    )


#: The field that is told for each column.
_FIELDS: Final = {
    "profile_status_id": "profile_status_id",
    "message": "message",
    "starts_at": "starts_at",
    "starts_offset": "starts_at",
    "ends_at": "ends_at",
    "ends_offset": "ends_at",
    "answers_mail": "auto_reply",
}


def _layer(row: Any) -> Layer:
    """Return the layer of a status, or of an event; those from before `in_force_at` was stored tell it nearly."""
    starts_at = instant(row["starts_at"])
    return Layer(
        id=row["status_id"],
        profile_status_id=row["profile_status_id"],
        message=row["message"],
        starts_at=moment_of(starts_at, row["starts_offset"]),
        ends_at=moment_of(instant(row["ends_at"]), row["ends_offset"]),
        answers_mail=bool(row["answers_mail"]),
        place=Place(row["place"]) if row["place"] else None,
        client=row["client"],
        in_force_at=instant(row["in_force_at"]) or starts_at or row["committed_at"],
        sequence=row["sequence"] or 0,
    )
