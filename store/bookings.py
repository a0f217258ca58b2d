"""Bookings: what clients last said of statuses, under ids of their own."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    delete,
    literal,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite

from domain import wishes
from domain.bookings import Booking
from domain.bulk_changes import BulkChange
from domain.moments import Moment
from domain.status import Draft
from domain.wishes import Wish
from store import auto_replies, tables
from store.driver import run
from store.many_rows import ROWS, as_given, each_by_index, given_rows, is_one_of, upsert_all

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
        dialect = self._connection.dialect.name
        whose = {"its_domain_id": domain_id, "its_client": client}
        given = as_given(dialect, [{"external_id": one} for one in external_ids])
        rows = [*run(self._connection, _with_ids(dialect), whose | {ROWS: given})]
        if people:
            mine = (_ROWS.domain_id == domain_id, _ROWS.client == client)
            theirs = is_one_of(self._connection, _ROWS.person_id, people)
            rows += self._connection.execute(select(tables.booking).where(*mine, theirs))
        return {
            row.external_id: Booking(
                person_id=row.person_id,
                status_id=row.status_id,
                word=from_document(row.word, client=client),
            )
            for row in rows
            if row.external_id is not None
        }

    def save_all(self, domain_id: int, client: str, bookings: Mapping[str, Booking]) -> None:
        """Store these bookings instead of the earlier ones, by their ids."""
        rows = [
            {"domain_id": domain_id, "client": client, "external_id": external_id} | _columns(booking)
            for external_id, booking in bookings.items()
        ]
        upsert_all(self._connection, tables.booking, rows)

    def save_words(self, change: BulkChange, bookings: Mapping[int, Booking]) -> None:
        """Store bookings instead of the earlier ones, by the numbers of the entries of a change that say the words."""
        if not bookings:
            return
        rows = [
            {"number": number, "status_id": one.status_id, "forget_at": _forget_at(one)}
            for number, one in bookings.items()
        ]
        dialect = self._connection.dialect.name
        whose = {"its_domain_id": change.domain_id, "its_client": change.client, "its_change_id": change.id}
        run(self._connection, _saving_words(dialect), whose | {ROWS: as_given(dialect, rows)})

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


# Built once: building these statements takes longer than running them.
_DOMAIN_ID: Final = bindparam("its_domain_id", type_=Integer)
_CLIENT: Final = bindparam("its_client", type_=String)


@cache
def _with_ids(dialect: str) -> Select[Any]:
    given = given_rows(dialect, _ROWS.external_id)
    is_it = and_(
        _ROWS.domain_id == _DOMAIN_ID, _ROWS.client == _CLIENT, _ROWS.external_id == given.c.external_id
    )
    joined, booking = each_by_index(dialect, given, tables.booking, is_it)
    return select(*booking.c).select_from(joined)


@cache
def _saving_words(dialect: str) -> Insert:
    entry = tables.change_entry.c
    given = given_rows(dialect, entry.number, _ROWS.status_id, _ROWS.forget_at)
    is_it = and_(entry.change_id == bindparam("its_change_id", type_=String), entry.number == given.c.number)
    joined, its = each_by_index(dialect, given, tables.change_entry, is_it)
    values: dict[str, ColumnElement[Any]] = {
        "domain_id": _DOMAIN_ID,
        "client": _CLIENT,
        "external_id": its.c.external_id,
        "person_id": its.c.person_id,
        "status_id": given.c.status_id,
        "word": its.c.word,
        "forget_at": given.c.forget_at,
    }
    # Without a WHERE, SQLite takes ON CONFLICT for a condition of the join.
    these = select(*values.values()).select_from(joined).where(true())
    new = (postgresql if dialect == "postgresql" else sqlite).insert(tables.booking)
    keys = list(tables.booking.primary_key)
    changed = {name: new.excluded[name] for name in ("person_id", "status_id", "word", "forget_at")}
    saving: Insert = new.from_select(list(values), these).on_conflict_do_update(
        index_elements=keys, set_=changed
    )
    return saving


def _forget_at(booking: Booking) -> datetime | None:
    ends_at = booking.word.ends_at
    return ends_at.instant + _KEPT if ends_at else None


def _columns(booking: Booking) -> dict[str, Any]:
    return {
        "person_id": booking.person_id,
        "status_id": booking.status_id,
        "word": to_document(booking.word),
        "forget_at": _forget_at(booking),
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
        "starts_at": _text(draft.starts_at),
        "ends_at": _text(draft.ends_at),
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
        wish=_wish(tuple(wish.items())) if (wish := document.get("wish")) else None,
        zone=document.get("zone"),
        place=None,
        client=client,
    )


#: How many moments and wishes are kept as they were read: many people are away on the same days.
_KEPT_AS_READ: Final = 4096


@lru_cache(_KEPT_AS_READ)
def _wish(fields: tuple[tuple[str, str], ...]) -> Wish:
    return wishes.from_document(dict(fields))


@lru_cache(_KEPT_AS_READ)
def _text(moment: Moment | None) -> str | None:
    return moment.written.isoformat() if moment else None


@lru_cache(_KEPT_AS_READ)
def _moment(text: str | None) -> Moment | None:
    return Moment.of(datetime.fromisoformat(text)) if text else None
