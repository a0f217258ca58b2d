"""Which windows must be computed anew because the clocks of a zone go by other rules, and how far that has come."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, bindparam, delete, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.events import Author, EventKind
from domain.status import Status
from store import tables, wakeup
from store.batches import batches
from store.events import insert_for_statuses
from store.status_rows import READ, row_of, status_of
from store.timelines import REACH, shown_at

_RULES: Final = tables.zone_rules.c
_STATUS: Final = tables.status.c
_PERSON: Final = tables.person.c
_DOMAIN: Final = tables.domain.c

#: Stands for every domain, in `zone_rules.domain_id`.
_ANY_DOMAIN: Final = 0
#: The maximum number of statuses in one statement.
_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose windows go by the clocks of `zone`: a domain's people, or without a domain whatever names the zone."""

    zone: str
    domain_id: int | None = None
    #: The domain's.
    day_halves: time | None = None


@dataclass(frozen=True, slots=True)
class Computed:
    """By which rules the windows of a scope were computed, and up to which person; `None` if all of them were."""

    fingerprint: str
    reached: int | None


@dataclass(frozen=True, slots=True)
class Wished:
    """A status with a wish, its person, and the zone and the halves of the day by which it goes."""

    person_id: int
    status: Status
    zone: str
    day_halves: time


class ZoneRules:
    """The rules of time zones, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def scopes(self) -> list[Scope]:
        """Return every domain, and every zone that a status names."""
        domains = select(_DOMAIN.id, _DOMAIN.zone, _DOMAIN.day_halves).order_by(_DOMAIN.id)
        of_domains = [Scope(row.zone, row.id, row.day_halves) for row in self._connection.execute(domains)]
        return [*of_domains, *map(Scope, self._named_zones())]

    def _named_zones(self) -> Sequence[str]:
        # Each step of the recursion reads one entry of the index, however many statuses name the zone.
        first = select(func.min(_STATUS.zone).label("zone")).where(_STATUS.wish.is_not(None))
        found = first.cte("found", recursive=True)
        following = first.where(_STATUS.zone > found.c.zone).scalar_subquery()
        found = found.union_all(select(following).where(found.c.zone.is_not(None)))
        return self._connection.scalars(select(found.c.zone).where(found.c.zone.is_not(None))).all()

    def computed(self) -> dict[tuple[int | None, str], Computed]:
        """Return by which rules windows were computed, by domain and zone."""
        rows = self._connection.execute(select(tables.zone_rules))
        return {(row.domain_id or None, row.zone): Computed(row.fingerprint, row.reached) for row in rows}

    def begin(self, scope: Scope, fingerprint: str) -> Computed:
        """Lock a scope until this transaction ends, and begin to compute it by these rules if they are others.

        What was known of another zone of the same domain is forgotten.
        """
        domain_id = scope.domain_id or _ANY_DOMAIN
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        row = dialect.insert(tables.zone_rules).values(
            domain_id=domain_id, zone=scope.zone, fingerprint=fingerprint, reached=0
        )
        anew = {"fingerprint": fingerprint, "reached": 0}
        self._connection.execute(
            row.on_conflict_do_update(
                index_elements=["domain_id", "zone"], set_=anew, where=_RULES.fingerprint != fingerprint
            )
        )
        if domain_id != _ANY_DOMAIN:
            others = (_RULES.domain_id == domain_id, _RULES.zone != scope.zone)
            self._connection.execute(delete(tables.zone_rules).where(*others))
        query = select(_RULES.fingerprint, _RULES.reached).where(*_is(scope)).with_for_update()
        found = self._connection.execute(query).one()
        return Computed(found.fingerprint, found.reached)

    def reach(self, scope: Scope, person_id: int | None) -> None:
        """Note that the windows are computed of all people up to this one, or of all."""
        self._connection.execute(update(tables.zone_rules).where(*_is(scope)).values(reached=person_id))

    def people(self, scope: Scope, *, after: int, limit: int) -> Sequence[int]:
        """Return the numbers of the next people of a scope who have wishes, at most `limit`."""
        if scope.domain_id is None:
            number = _STATUS.person_id
            query = select(number).distinct().where(_STATUS.wish.is_not(None), _STATUS.zone == scope.zone)
        else:
            number = _PERSON.id
            has_wishes = exists().where(_STATUS.person_id == number, _STATUS.wish.is_not(None))
            query = select(number).where(_PERSON.domain_id == scope.domain_id, has_wishes)
        return self._connection.scalars(query.where(number > after).order_by(number).limit(limit)).all()

    def lock_wished(self, scope: Scope, people: Collection[int]) -> list[Wished]:
        """Lock these people and those of their statuses that have a wish in this scope, and return these statuses."""
        theirs = _STATUS.person_id.in_(people)
        lock_people = select(_PERSON.id).where(_PERSON.id.in_(people)).order_by(_PERSON.id)
        self._connection.execute(lock_people.with_for_update(key_share=True))
        columns = (*(_STATUS[name] for name in READ), tables.auto_reply.c.content)
        query = (
            select(*columns, _STATUS.person_id, _DOMAIN.zone.label("its_zone"), _DOMAIN.day_halves)
            .join(tables.person, _PERSON.id == _STATUS.person_id)
            .join(tables.domain, _DOMAIN.id == _PERSON.domain_id)
            .outerjoin(tables.auto_reply, tables.auto_reply.c.id == _STATUS.auto_reply_id)
            .where(theirs, _STATUS.wish.is_not(None))
            .with_for_update(of=tables.status)
        )
        if scope.domain_id is None:
            query = query.where(_STATUS.zone == scope.zone)
        return [_wished(row) for row in self._connection.execute(query)]

    def save(self, statuses: Sequence[Status], *, by: Author, now: datetime) -> None:
        """Store the new windows of locked statuses, each with an event, and wake beat if something is due soon."""
        rows = [_window_of(status) for status in statuses]
        for part in batches(rows, _BATCH):
            self._connection.execute(_MOVE, list(part))
            these = _STATUS.id.in_([row["this"] for row in part])
            shown = shown_at(now, reach=now + REACH)
            self._connection.execute(
                insert_for_statuses(EventKind.CHANGED, these, by=by, at=now, shown=shown)
            )
        wakeup.announce(self._connection, statuses, now)


_WINDOW: Final = ("starts_at", "starts_offset", "ends_at", "ends_offset", "in_force_at")
_MOVE: Final = (
    update(tables.status)
    .where(_STATUS.id == bindparam("this"))
    .values({name: bindparam(f"its_{name}", type_=_STATUS[name].type) for name in _WINDOW})
)


def _window_of(status: Status) -> dict[str, Any]:
    row = row_of(status)
    return {"this": status.id} | {f"its_{name}": row[name] for name in _WINDOW}


def _is(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    return _RULES.domain_id == (scope.domain_id or _ANY_DOMAIN), _RULES.zone == scope.zone


def _wished(row: Any) -> Wished:
    *columns, person_id, zone, day_halves = row
    status = status_of(columns)
    return Wished(person_id, status, status.zone or zone, day_halves)
