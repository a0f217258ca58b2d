"""Whether anything has changed in a domain since an answer was made, without making it again."""

import json
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, Integer, Select, String, bindparam, cast, func, select

from domain.availability import NEVER, Version
from store import tables
from store.due import Kind
from store.types import UtcMoment

#: How long before an answer events are counted: longer than any write takes. Of two writes at once, the one that began
#: first can be seen last, and its events then have an earlier time.
_MARGIN: Final = timedelta(minutes=10)

#: How many of the next starts and ends of all domains are looked at for the next one of this domain.
_AHEAD: Final = 200

_EVENT: Final = tables.event.c
_STATUS: Final = tables.status.c
_PERSON: Final = tables.person.c


class Versions:
    """The versions of domains, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read(self, domain_id: int, now: datetime) -> Version:
        """Return the version of a domain. What is read after it is at least as new."""
        counted = select(func.count(), func.max(_EVENT.id)).where(*_since(domain_id, now))
        count, last = self._connection.execute(counted).one()
        until = min(self._next(domain_id, Kind.START, now), self._next(domain_id, Kind.END, now))
        return Version(now, until, count, last or 0, self._directory(domain_id))

    def holds(self, domain_id: int, version: Version, now: datetime) -> bool:
        """Return whether nothing has changed since this version: it reads only the events since, and the people."""
        if not version.at <= now < version.until:
            return False
        some = select(_EVENT.id).where(*_since(domain_id, version.at)).limit(version.events + 1).subquery()
        count, last = self._connection.execute(select(func.count(), func.max(some.c.id))).one()
        if (count, last or 0) != (version.events, version.last_event):
            return False
        return self._directory(domain_id) == version.directory

    def _next(self, domain_id: int, kind: Kind, now: datetime) -> datetime:
        """Return a moment before which no status of the domain starts, or ends, after `now`."""
        moment = _STATUS.in_force_at if kind is Kind.START else _STATUS.ends_at
        waiting = _STATUS.schedule_type == (tables.RESERVED if kind is Kind.START else tables.PRESENT)
        first = (
            select(moment.label("moment"), _PERSON.domain_id)
            .join_from(tables.status, tables.person)
            .where(waiting, moment > now)
            .order_by(moment, _STATUS.id)
            .limit(_AHEAD)
        )
        rows = self._connection.execute(first).all()
        farthest = rows[-1].moment if len(rows) == _AHEAD else NEVER
        soonest = next((row.moment for row in rows if row.domain_id == domain_id), farthest)
        return soonest if kind is Kind.START else min(soonest, self._next_unpromoted_end(now))

    def _next_unpromoted_end(self, now: datetime) -> datetime:
        """Return when the first status ends whose start is due and not carried out yet: beat may be down."""
        late = select(func.min(_STATUS.ends_at, type_=UtcMoment)).where(
            _STATUS.schedule_type == tables.RESERVED, _STATUS.in_force_at <= now, _STATUS.ends_at > now
        )
        return self._connection.execute(late).scalar_one() or NEVER

    def _directory(self, domain_id: int) -> str:
        """Return a digest of the domain, its definitions, its people and their aliases."""
        dialect = self._connection.dialect.name
        found = [self._connection.execute(query, {"domain_id": domain_id}).all() for query in _rows(dialect)]
        return sha256(json.dumps([[*map(list, rows)] for rows in found], default=str).encode()).hexdigest()[
            :24
        ]


def _since(domain_id: int, moment: datetime) -> tuple[Any, ...]:
    # What time does is foreseen: it changes nothing that is told.
    return (
        _EVENT.domain_id == domain_id,
        _EVENT.actor != tables.BY_TIME,
        _EVENT.committed_at > moment - _MARGIN,
    )


@cache
def _rows(dialect: str) -> tuple[Select[Any], ...]:
    """Build the queries for the rows of a domain's directory; PostgreSQL digests people itself."""
    this = bindparam("domain_id", type_=Integer)
    people = (
        select(
            _PERSON.id,
            _PERSON.user_id,
            _PERSON.email,
            _PERSON.external_key,
            _PERSON.name,
            _PERSON.deactivated_at,
        )
        .where(_PERSON.domain_id == this)
        .order_by(_PERSON.id)
    )
    aliases = (
        select(tables.alias.c.person_id, tables.alias.c.email)
        .join_from(tables.alias, tables.person)
        .where(_PERSON.domain_id == this)
        .order_by(tables.alias.c.email)
    )
    few = (
        select(tables.domain).where(tables.domain.c.id == this),
        select(tables.definition)
        .where(tables.definition.c.domain_id == this)
        .order_by(tables.definition.c.profile_status_id),
    )
    return (*few, *(_digested(dialect, query) for query in (people, aliases)))


def _digested(dialect: str, query: Select[Any]) -> Select[Any]:
    """Let PostgreSQL digest the rows; SQLite cannot."""
    if dialect != "postgresql":
        return query
    rows = query.order_by(None).subquery("one_row")
    written = func.concat_ws("\n", *(func.coalesce(cast(column, String), "\x01") for column in rows.c))
    together: Any = func.sum(func.hashtextextended(written, 0))
    return select(together)
