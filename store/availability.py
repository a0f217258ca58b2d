"""What many people show, in few statements: for lists of people, and for who is away."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CompoundSelect,
    Connection,
    Integer,
    String,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    or_,
    select,
    true,
)

from domain.availability import Layer, Span
from domain.directory import Person
from store import tables
from store.batches import batches
from store.directory import people_query, person_of
from store.driver import run
from store.listings import matching
from store.timelines import REACH, within_reach
from store.types import UtcMoment, instant, moment_of

#: The maximum number of people in one statement.
_BATCH: Final = 1000

_STATUS: Final = tables.status.c
_PERSON: Final = tables.person.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which people may be meant. Who is, the rules say, because what a status covers is not shown."""

    #: Words in the name or a main address.
    text: str = ""
    #: One of these profile statuses, in the span.
    showing: Collection[str] | None = None
    #: The same, or a status whose reply answers mail.
    away: Collection[str] | None = None
    span: Span


class Availability:
    """What people show, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def candidates(self, domain_id: int, search: Search, *, after: int, limit: int) -> list[Person]:
        """Return at most `limit` active people of the domain who may be meant, with numbers above `after`."""
        these = [
            _PERSON.domain_id == domain_id,
            _PERSON.deactivated_at.is_(None),
            _PERSON.id > after,
            matching(search.text, _PERSON.email, _PERSON.name),
        ]
        if search.showing is not None:
            these.append(_has(search.span, _STATUS.profile_status_id.in_(search.showing)))
        if search.away is not None:
            these.append(_has(search.span, or_(_STATUS.profile_status_id.in_(search.away), _MAY_REPLY)))
        query = people_query().where(*these).order_by(_PERSON.id).limit(limit)
        return [person_of(row) for row in self._connection.execute(query)]

    def layers(self, people: Sequence[int], span: Span, now: datetime) -> dict[int, list[Layer]]:
        """Return what these people show in the span and now, and what starts next, by the person's number.

        A status can be in it twice.
        """
        found: dict[int, list[Layer]] = {number: [] for number in people}
        dialect = self._connection.dialect.name
        moments = {
            "moment": now,
            "reach": now + REACH,
            "since": span.starts_at,
            "until": max(span.ends_at or span.starts_at, now + REACH),
        }
        for numbers in batches(people, _BATCH):
            these = numbers if dialect == "postgresql" else json.dumps(numbers)
            for row in run(self._connection, _layers(dialect), {"people": these, **moments}):
                found[row[0]].append(_layer(row))
        return found


def _has(span: Span, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a person has such a status in the span."""
    until = within_reach(span.ends_at or span.starts_at)
    return exists().where(
        _STATUS.person_id == _PERSON.id,
        _STATUS.in_force_at <= until,
        or_(_STATUS.ends_at.is_(None), _STATUS.ends_at > span.starts_at),
        condition,
    )


_MAY_REPLY: Final = and_(_STATUS.auto_reply_id.is_not(None), _STATUS.is_muted.is_(False))

_CONTENT: Final = tables.auto_reply.c.content


def _has_body(side: str) -> ColumnElement[bool]:
    body: ColumnElement[Any] = _CONTENT[side]["body"].as_string()
    return body.is_not(None)


#: Whether the reply of a status answers mail: `Status.is_out_of_office` in SQL.
_REPLIES: Final = case(
    (~_MAY_REPLY, false()),
    (_STATUS.place == tables.OOF, true()),
    (_CONTENT["is_emptied"].as_boolean().is_(True), true()),
    else_=or_(_has_body("internal"), _has_body("external")),
)

_COLUMNS: Final = (
    _STATUS.person_id,
    _STATUS.id,
    _STATUS.profile_status_id,
    _STATUS.message,
    _STATUS.starts_at,
    _STATUS.starts_offset,
    _STATUS.ends_at,
    _STATUS.ends_offset,
    _STATUS.in_force_at,
    _STATUS.sequence,
    (_STATUS.schedule_type == tables.RESERVED).label("is_reserved"),
    _REPLIES.label("replies"),
)
_REACH: Final = bindparam("reach", type_=UtcMoment)


@cache
def _layers(dialect: str) -> CompoundSelect[Any]:
    """Build the query for the statuses of `people` at `moment` and from `since` to `until`, and of each the next."""
    rows = select(*_COLUMNS).select_from(tables.status.outerjoin(tables.auto_reply))
    until_then = rows.where(
        _among(dialect, _STATUS.person_id),
        _STATUS.in_force_at <= bindparam("until", type_=UtcMoment),
        or_(
            _STATUS.ends_at.is_(None),
            _STATUS.ends_at > bindparam("since", type_=UtcMoment),
            and_(_STATUS.in_force_at <= _REACH, _STATUS.ends_at > bindparam("moment", type_=UtcMoment)),
        ),
    )
    following = tables.status.alias("following")
    first_after = (
        select(following.c.id)
        .where(following.c.person_id == _PERSON.id, following.c.in_force_at > _REACH)
        .order_by(following.c.in_force_at, following.c.sequence)
        .limit(1)
        .scalar_subquery()
    )
    after_then = (
        select(*_COLUMNS)
        .select_from(
            tables.person.join(tables.status, _STATUS.id == first_after).outerjoin(
                tables.auto_reply, tables.auto_reply.c.id == _STATUS.auto_reply_id
            )
        )
        .where(_among(dialect, _PERSON.id))
    )
    return until_then.union_all(after_then)


def _among(dialect: str, number: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that a number is one of `people`: an array, or on SQLite a JSON array."""
    if dialect == "postgresql":
        return number == func.any(bindparam("people", type_=ARRAY(Integer)))
    each = func.json_each(bindparam("people", type_=String)).table_valued("value")
    return number.in_(select(each.c.value))


def _layer(row: Sequence[Any]) -> Layer:
    (
        _,
        status_id,
        profile_status_id,
        message,
        starts_at,
        starts_offset,
        ends_at,
        ends_offset,
        in_force_at,
        sequence,
        is_reserved,
        replies,
    ) = row
    return Layer(
        id=status_id,
        profile_status_id=profile_status_id,
        message=message,
        starts_at=moment_of(instant(starts_at), starts_offset),
        ends_at=moment_of(instant(ends_at), ends_offset),
        in_force_at=instant(in_force_at),
        sequence=sequence,
        is_reserved=bool(is_reserved),
        replies=bool(replies),
    )
