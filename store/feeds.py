"""The addresses of calendar feeds, and what calendars tell of people's statuses."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, delete, func, insert, literal, or_, select, tuple_

from domain import wishes
from domain.events import EventKind
from domain.feeds import Detail, Feed, Kept
from store import tables
from store.batches import batches
from store.history import answers_mail

#: The maximum number of people in one statement.
_BATCH: Final = 1000

_FEED: Final = tables.feed.c
_STATUS: Final = tables.status.c
_EVENT: Final = tables.event.c
_PERSON: Final = tables.person.c
_DOMAIN: Final = tables.domain.c

_ENDED: Final = (EventKind.DISABLED.value, EventKind.LAPSED.value)
_GONE: Final = (*_ENDED, EventKind.DELETED.value, EventKind.REPLACED.value)


class Feeds:
    """The calendar feeds of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, feed: Feed) -> None:
        """Store a feed."""
        row = asdict(feed) | {"detail": feed.detail.value}
        self._connection.execute(insert(tables.feed).values(row))

    def with_digest(self, digest: str) -> Feed | None:
        """Find the feed with this digest of its secret."""
        return next(iter(self._found(_FEED.secret_digest == digest)), None)

    def get(self, feed_id: str) -> Feed | None:
        """Find the feed with this id."""
        return next(iter(self._found(_FEED.id == feed_id)), None)

    def of_person(self, person_id: int) -> list[Feed]:
        """Return the feeds of a person, the oldest first."""
        return self._found(_FEED.person_id == person_id)

    def of_domain(self, domain_id: int) -> list[Feed]:
        """Return the feeds of a domain that are of no single person, the oldest first."""
        return self._found(_FEED.domain_id == domain_id, _FEED.person_id.is_(None))

    def every(self) -> list[Feed]:
        """Return all feeds, the oldest first."""
        return self._found()

    def lock_owner(self, feed: Feed) -> None:
        """Lock the person of a feed, or its domain, until the transaction ends: nobody adds to its feeds meanwhile."""
        owner = _PERSON.id if feed.person_id is not None else _DOMAIN.id
        this = owner == (feed.domain_id if feed.person_id is None else feed.person_id)
        self._connection.execute(select(owner).where(this).with_for_update(key_share=True))

    def count(self, feed: Feed) -> int:
        """Count the feeds of the person of a feed, or of its domain as such."""
        owner = (
            _FEED.person_id == feed.person_id
            if feed.person_id is not None
            else _FEED.person_id.is_(None) & (_FEED.domain_id == feed.domain_id)
        )
        counted: int = self._connection.execute(select(func.count()).where(owner)).scalar_one()
        return counted

    def remove(self, feed_id: str) -> None:
        """Remove a feed."""
        self._connection.execute(delete(tables.feed).where(_FEED.id == feed_id))

    def people(self, feed: Feed) -> dict[int, str]:
        """Return the names of the active people of a feed by their numbers."""
        these: list[ColumnElement[bool]] = [
            _PERSON.domain_id == feed.domain_id,
            _PERSON.deactivated_at.is_(None),
        ]
        if feed.person_id is not None:
            these.append(_PERSON.id == feed.person_id)
        query = select(_PERSON.id, _PERSON.name).where(*these).order_by(_PERSON.id)
        return {row.id: row.name for row in self._connection.execute(query)}

    def kept(
        self,
        feed: Feed,
        people: Collection[int],
        *,
        since: datetime,
        away: Collection[str] | None = None,
        limit: int,
    ) -> list[Kept]:
        """Return the statuses of the people of a feed by their starts, and those that are gone since then.

        With `away`, only those with one of these profile statuses, and those that answer mail. At most `limit` are
        returned; what is gone only if there is room, and the latest of it by thousands of people.
        """
        found = self._there(feed, away, limit)
        for numbers in batches(list(people), _BATCH):
            room = limit - len(found)
            if room <= 0:
                break
            gone = _LAST_EVENTS.where(_EVENT.kind.in_(_GONE), *_since(since, numbers), *_absent(_EVENT, away))
            latest = gone.order_by(_EVENT.committed_at.desc(), _EVENT.id.desc()).limit(room)
            found += map(_kept, self._connection.execute(latest))
        return found

    def _there(self, feed: Feed, away: Collection[str] | None, limit: int) -> list[Kept]:
        if feed.person_id is not None:
            query = _STATUSES.where(_STATUS.person_id == feed.person_id)
        else:
            query = _STATUSES.join_from(tables.status, tables.person).where(
                _PERSON.domain_id == feed.domain_id, _PERSON.deactivated_at.is_(None)
            )
        query = query.where(*_absent(_STATUS, away)).order_by(_STATUS.in_force_at, _STATUS.id).limit(limit)
        return [_kept(row) for row in self._connection.execute(query)]

    def _found(self, *these: ColumnElement[bool]) -> list[Feed]:
        query = select(tables.feed).where(*these).order_by(_FEED.created_at, _FEED.id)
        return [_feed(row) for row in self._connection.execute(query)]


def _since(since: datetime, people: Sequence[int]) -> Sequence[ColumnElement[bool]]:
    """Return the conditions of events of these people after a moment.

    For one person as a comparison of rows, for which only the index of persons and moments serves: that of moments
    alone would lead through the events of everybody.
    """
    if len(people) > 1:
        return _EVENT.person_id.in_(people), _EVENT.committed_at > since
    (person,) = people
    begin = (literal(person, _EVENT.person_id.type), literal(since, _EVENT.committed_at.type))
    return _EVENT.person_id == person, tuple_(_EVENT.person_id, _EVENT.committed_at) > tuple_(*begin)


def _absent(rows: Any, away: Collection[str] | None) -> Sequence[ColumnElement[bool]]:
    """Return the conditions of absences; none if everything is meant."""
    return [] if away is None else [or_(rows.profile_status_id.in_(away), answers_mail(rows))]


def _columns(rows: Any) -> Sequence[ColumnElement[Any]]:
    """Return what statuses and events have in common, for `_kept`."""
    return [*(rows[name] for name in _NAMES), answers_mail(rows)]


_NAMES: Final = (
    "person_id",
    "profile_status_id",
    "message",
    "starts_at",
    "in_force_at",
    "ends_at",
    "wish",
    "revision",
)
_STATUSES: Final = select(_STATUS.id.label("status_id"), *_columns(_STATUS))
_LAST_EVENTS: Final = select(_EVENT.status_id, *_columns(_EVENT), _EVENT.committed_at, _EVENT.kind)


def _kept(row: Any) -> Kept:
    gone_at = getattr(row, "committed_at", None)
    return Kept(
        id=row.status_id,
        person_id=row.person_id,
        profile_status_id=row.profile_status_id,
        message=row.message,
        # Events from before `in_force_at` was stored tell it nearly.
        in_force_at=row.in_force_at or row.starts_at or row.committed_at,
        ends_at=row.ends_at,
        wish=None if row.wish is None else wishes.from_document(json.loads(row.wish)),
        answers_mail=bool(row.answers_mail),
        revision=row.revision or 0,
        gone_at=gone_at,
        ended_by_time=getattr(row, "kind", None) in _ENDED,
    )


def _feed(row: Any) -> Feed:
    return Feed(**{**row._mapping, "detail": Detail(row.detail)})
