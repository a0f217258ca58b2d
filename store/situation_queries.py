"""The SQL of situations, built once: each brings one row of JSON, which costs less than many columns.

The driver describes each column of each result. The lists in the JSON are in the order of the names here.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    JSON,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    any_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from store import tables
from store.status_rows import READ
from store.timelines import REACH
from store.types import UtcMoment

OF_PERSON: Final = ("id", "user_id", "email", "external_key", "name", "is_administrator")
OF_DOMAIN: Final = ("id", "name", "zone", "statuses_are_on", "organisation_id", "day_halves")
OF_DEFINITION: Final = (
    "profile_status_id",
    "name",
    "icon_type",
    "display_order",
    "is_in_use",
    "is_for_everybody",
    "names",
)
#: What starts within this time is brought too: it may start while a statement waits for a lock.
SOON: Final = timedelta(minutes=1)

_OF_CALLER: Final = ("domain_id", "email", "deactivated_at", "is_administrator", "password_hash")

_PERSON: Final = tables.person.c
_CALLER: Final = tables.person.alias("caller")
_ADDRESSED: Final = tables.person.alias("addressed")

_TOKEN_ID: Final = bindparam("token_id", type_=String)
_CLIENT_ID: Final = bindparam("client_id", type_=String)
_DOMAIN_ID: Final = bindparam("domain_id", type_=Integer)
_NAME: Final = bindparam("person", type_=String)
_NUMBER: Final = bindparam("person", type_=Integer)
_THIS: Final = bindparam("this", type_=String)
#: Until when starts are brought, if not by the database's own clock.
_UNTIL: Final = bindparam("until", type_=UtcMoment)
#: `REACH` after that.
_REACH: Final = bindparam("reach", type_=UtcMoment)

_IS_REVOKED: Final = or_(
    exists().where(tables.revoked_token.c.id == _TOKEN_ID),
    exists().where(tables.revoked_token.c.id == bindparam("family", type_=String)),
    and_(
        _CLIENT_ID.is_not(None),
        ~exists().where(tables.client.c.id == _CLIENT_ID, tables.client.c.revoked_at.is_(None)),
    ),
)

_WRITES_OWN_ONLY: Final = exists().where(
    tables.client.c.id == _CLIENT_ID, tables.client.c.writes_own_only.is_(True)
)

#: The roles of the caller, as `DomainAdmin:1 SystemAdminRO:`.
_ROLES: Final = (
    select(func.aggregate_strings(tables.role.c.permission + ":" + tables.role.c.parameter, " "))
    .where(tables.role.c.person_id == _CALLER.c.id)
    .scalar_subquery()
)

#: The condition for the person who is meant, by the kind of reference. No address is also another person's alias.
_IS_MEANT: Final[Mapping[str, ColumnElement[bool]]] = {
    "number": _PERSON.id == _NUMBER,
    "user_id": _PERSON.user_id == _NAME,
    "external_key": _PERSON.external_key == _NAME,
    "email": _PERSON.id
    == func.coalesce(
        select(_ADDRESSED.c.id).where(_ADDRESSED.c.email == _NAME).scalar_subquery(),
        select(tables.alias.c.person_id).where(tables.alias.c.email == _NAME).scalar_subquery(),
    ),
}


@cache
def standing(dialect: str) -> Select[Any]:
    """Build the query for the standing of the caller `user_id`, `token_id`, `family`, `client_id`."""
    return select(_text(_array(dialect, _standing()))).select_from(_from_caller())


@cache
def lock(kind: str) -> Select[Any]:
    """Build the query that locks the active person who is meant, `domain_id` and `person`, and selects their number."""
    this = (_PERSON.domain_id == _DOMAIN_ID, _PERSON.deactivated_at.is_(None), _IS_MEANT[kind])
    return select(_PERSON.id).where(*this).with_for_update(key_share=True)


@cache
def situation(kind: str, dialect: str) -> Select[Any]:
    """Build the query for the situation of the person who is meant; its parameters are those of the others together."""
    statuses = (
        select(_arrays(dialect, _statuses(dialect)))
        .select_from(_statuses_with_replies())
        .where(_is_needed(_PERSON.id, dialect))
        .scalar_subquery()
    )
    # Nothing is written, so no sequence is needed.
    return _situation(dialect, statuses, _from_person(kind), null())


@cache
def locked_situation(dialect: str) -> Select[Any]:
    """Build the same for a locked person, given by number. It locks the statuses, and reads the clock after that."""
    locked = (
        select(_array(dialect, _statuses(dialect)).label("document"))
        .select_from(_statuses_with_replies())
        .where(_is_needed(_NUMBER, dialect))
        .with_for_update(of=tables.status)
        .cte("locked")
    )
    document = locked.c.document if dialect == "postgresql" else func.json(locked.c.document)
    together = select(_aggregate(dialect)(document).label("statuses")).subquery("together")
    statuses = together.c.statuses if dialect == "postgresql" else func.json(together.c.statuses)
    source = together.join(_from_person("number"), literal(1) == 1)
    highest = select(func.max(tables.status.c.sequence)).where(tables.status.c.person_id == _NUMBER)
    return _situation(dialect, statuses, source, highest.scalar_subquery())


def _is_needed(person: ColumnElement[int], dialect: str) -> ColumnElement[bool]:
    """Return the condition for what a request decides by: what is in force or soon will be, and what fills a place.

    Of the plans that lie farther ahead, of which there can be a thousand, only the one that is asked for is read. Each
    kind is selected by itself, because for several kinds together PostgreSQL would read all statuses of the person.
    """
    until: ColumnElement[Any] = _UNTIL
    reach: ColumnElement[Any] = _REACH
    if dialect == "postgresql":
        until = func.coalesce(_UNTIL, func.statement_timestamp() + SOON)
        reach = func.coalesce(_REACH, func.statement_timestamp() + SOON + REACH)
    rows = tables.status.alias("needed").c
    theirs = select(rows.id).where(rows.person_id == person).correlate(tables.person)
    # Implied, unless the clock was set back by more than that: so only the beginning of the index is read.
    begun = theirs.where(
        rows.in_force_at <= reach, or_(rows.schedule_type == tables.PRESENT, rows.in_force_at <= until)
    )
    schedule_type: ColumnElement[str] = rows.schedule_type
    place: ColumnElement[str] = rows.place
    if dialect == "postgresql":
        schedule_type, place = func.upper(schedule_type), func.lower(place)
    works = theirs.where(schedule_type == tables.RESERVED, place == tables.WORKS)
    oof = theirs.where(place == tables.OOF)
    asked = (theirs.where(column == _THIS) for column in (rows.id, rows.works_id))
    ids = union_all(begun, works, oof, *asked)
    if dialect == "postgresql":
        return tables.status.c.id == any_(func.array(ids.scalar_subquery()))
    return tables.status.c.id.in_(ids)


def _situation(
    dialect: str, statuses: ColumnElement[Any], source: FromClause, sequence: ColumnElement[Any]
) -> Select[Any]:
    domains = tables.domain.c
    facts = _array(
        dialect,
        (
            _array(dialect, _standing()),
            _array(dialect, (domains[name] for name in OF_DOMAIN)),
            _array(dialect, (_PERSON[name] for name in OF_PERSON)),
            statuses,
            sequence,
        ),
    )
    rows = tables.definition.c
    fields = (_json(dialect, rows[name]) if name == "names" else rows[name] for name in OF_DEFINITION)
    definitions = select(_arrays(dialect, fields)).where(rows.domain_id == domains.id).scalar_subquery()
    # SQLite has no clock of its own.
    clock = func.clock_timestamp(type_=UtcMoment) if dialect == "postgresql" else null()
    columns: tuple[ColumnElement[Any], ...] = (_text(facts), _text(definitions), clock)
    return select(*columns).select_from(source)


def _standing() -> Iterable[ColumnElement[Any]]:
    return (_IS_REVOKED, _WRITES_OWN_ONLY, *(_CALLER.c[name] for name in _OF_CALLER), _ROLES)


def _statuses(dialect: str) -> Iterable[ColumnElement[Any]]:
    return (*(tables.status.c[name] for name in READ), _json(dialect, tables.auto_reply.c.content))


def _statuses_with_replies() -> FromClause:
    return tables.status.outerjoin(tables.auto_reply, tables.auto_reply.c.id == tables.status.c.auto_reply_id)


def _from_caller() -> FromClause:
    """Build a row of the caller; without such a person its columns are empty."""
    one = select(literal(1).label("one")).subquery("one")
    return one.outerjoin(_CALLER, _CALLER.c.user_id == bindparam("user_id", type_=String))


def _from_person(kind: str) -> FromClause:
    """Build a row of the caller, the domain and the active person who is meant; each may be empty."""
    is_meant = and_(
        _PERSON.domain_id == tables.domain.c.id, _PERSON.deactivated_at.is_(None), _IS_MEANT[kind]
    )
    return (
        _from_caller()
        .outerjoin(tables.domain, tables.domain.c.id == _DOMAIN_ID)
        .outerjoin(tables.person, is_meant)
    )


def _array(dialect: str, columns: Iterable[ColumnElement[Any]]) -> ColumnElement[Any]:
    build: Any = func.json_build_array if dialect == "postgresql" else func.json_array
    document: ColumnElement[Any] = build(*columns, type_=JSON)
    return document


def _arrays(dialect: str, columns: Iterable[ColumnElement[Any]]) -> ColumnElement[Any]:
    """Aggregate rows to a list of lists."""
    document: ColumnElement[Any] = _aggregate(dialect)(_array(dialect, columns), type_=JSON)
    return document


def _aggregate(dialect: str) -> Any:
    return func.json_agg if dialect == "postgresql" else func.json_group_array


def _json(dialect: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a column of JSON as JSON; SQLite stores it as text."""
    return column if dialect == "postgresql" else func.json(column)


def _text(document: ColumnElement[Any]) -> ColumnElement[str]:
    """Return JSON as text, so that the driver does not parse it."""
    return cast(document, String)
