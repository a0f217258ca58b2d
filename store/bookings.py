"""Bookings: what clients last said of statuses, under ids of their own."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    bindparam,
    delete,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite

from domain import wishes
from domain.bookings import Booking
from domain.moments import Moment
from domain.status import Draft
from store import auto_replies, tables
from store.many_rows import is_one_of, upsert_all

#: How long after the end that a client said its booking is kept. Until then, repeating it changes nothing.
_KEPT: Final = timedelta(days=366)

_ROWS: Final = tables.booking.c


@dataclass(frozen=True, slots=True)
class Key:
    """The id that a client of a domain gives to a status."""

    domain_id: int
    client: str
    external_id: str


class Bookings:
    """The bookings of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, key: Key) -> Booking | None:
        """Return the booking with this key. A person's bookings change only while the person is locked."""
        row = self._connection.execute(select(tables.booking).where(*_is(key))).first()
        if row is None:
            return None
        return Booking(person_id=row.person_id, status_id=row.status_id, word=from_document(row.word))

    def save(self, key: Key, booking: Booking) -> None:
        """Store a booking instead of the earlier one."""
        values = _columns(booking)
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        names = {"domain_id": key.domain_id, "client": key.client, "external_id": key.external_id}
        row = dialect.insert(tables.booking).values(names | values)
        self._connection.execute(row.on_conflict_do_update(index_elements=list(names), set_=values))

    def found(
        self, domain_id: int, client: str, *, external_ids: Collection[str], people: Collection[int] = ()
    ) -> dict[str, Booking]:
        """Return the bookings of a client with these ids, and those of these people, by their ids."""
        mine = and_(_ROWS.domain_id == domain_id, _ROWS.client == client)
        queries = [self._with_ids(mine, external_ids)]
        if people:
            theirs = is_one_of(self._connection, _ROWS.person_id, people)
            queries.append(select(tables.booking).where(mine, theirs))
        return {
            row.external_id: Booking(
                person_id=row.person_id,
                status_id=row.status_id,
                word=from_document(row.word, client=client),
            )
            for query in queries
            for row in self._connection.execute(query)
        }

    def _with_ids(self, mine: ColumnElement[bool], external_ids: Collection[str]) -> Select[Any]:
        """Select those with these ids, each by the index, also where a plan was made while there were few."""
        if self._connection.dialect.name == "sqlite":
            return select(tables.booking).where(mine, _ROWS.external_id.in_(external_ids))
        ids = literal(list(external_ids), ARRAY(String))
        wanted = func.unnest(ids).table_valued("external_id").render_derived(name="wanted")
        is_it = _ROWS.external_id == wanted.c.external_id
        one = select(tables.booking).where(mine, is_it).offset(0).lateral("one")
        return select(one).select_from(wanted.join(one, true()))

    def save_all(self, domain_id: int, client: str, bookings: Mapping[str, Booking]) -> None:
        """Store these bookings instead of the earlier ones, by their ids."""
        rows = [
            {"domain_id": domain_id, "client": client, "external_id": external_id} | _columns(booking)
            for external_id, booking in bookings.items()
        ]
        upsert_all(self._connection, tables.booking, rows)

    def forget_all(self, domain_id: int, client: str, external_ids: Collection[str]) -> None:
        """Delete the bookings with these ids."""
        if not external_ids:
            return
        # One by one, in one round trip: of a list, PostgreSQL could read all bookings of the client.
        this = (_ROWS.domain_id == domain_id, _ROWS.client == client, _ROWS.external_id == bindparam("this"))
        self._connection.execute(
            delete(tables.booking).where(*this), [{"this": external_id} for external_id in external_ids]
        )

    def external_ids(self, status_ids: Collection[str]) -> dict[str, str]:
        """Return the ids that their clients gave to these statuses, by status."""
        query = select(_ROWS.status_id, _ROWS.external_id).where(_ROWS.status_id.in_(status_ids))
        return {row.status_id: row.external_id for row in self._connection.execute(query)}

    def forget(self, now: datetime, *, limit: int) -> int:
        """Delete at most `limit` bookings whose time has come, and return how many."""
        # A literal: with a parameter as limit, PostgreSQL plans the prepared statement as a scan of the whole table.
        at_most = literal(limit, literal_execute=True)
        oldest = select(_ROWS.forget_at).where(_ROWS.forget_at < now).order_by(_ROWS.forget_at).limit(at_most)
        bound = self._connection.execute(select(oldest.subquery().c.forget_at)).scalars().all()
        if not bound:
            return 0
        return self._connection.execute(
            delete(tables.booking).where(_ROWS.forget_at <= max(moment for moment in bound if moment))
        ).rowcount


def _columns(booking: Booking) -> dict[str, Any]:
    ends_at = booking.word.ends_at
    return {
        "person_id": booking.person_id,
        "status_id": booking.status_id,
        "word": to_document(booking.word),
        "forget_at": ends_at and ends_at.instant + _KEPT,
    }


def _is(key: Key) -> tuple[Any, ...]:
    return (
        _ROWS.domain_id == key.domain_id,
        _ROWS.client == key.client,
        _ROWS.external_id == key.external_id,
    )


def to_document(draft: Draft) -> dict[str, Any]:
    """Return what a client said as a JSON document."""
    return {
        "profile_status_id": draft.profile_status_id,
        "message": draft.message,
        "starts_at": draft.starts_at and draft.starts_at.written.isoformat(),
        "ends_at": draft.ends_at and draft.ends_at.written.isoformat(),
        "auto_reply": auto_replies.to_document(draft.auto_reply),
        "wish": draft.wish and wishes.to_document(draft.wish),
        "zone": draft.zone,
    }


def from_document(document: dict[str, Any], *, client: str | None = None) -> Draft:
    """Return the draft of a document of `to_document`, as this client said it."""
    return Draft(
        profile_status_id=document["profile_status_id"],
        message=document["message"],
        starts_at=_moment(document["starts_at"]),
        ends_at=_moment(document["ends_at"]),
        auto_reply=auto_replies.from_document(document["auto_reply"]),
        wish=wishes.from_document(wish) if (wish := document.get("wish")) else None,
        zone=document.get("zone"),
        place=None,
        client=client,
    )


def _moment(text: str | None) -> Moment | None:
    return Moment.of(datetime.fromisoformat(text)) if text else None
