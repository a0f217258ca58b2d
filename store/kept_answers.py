"""The answers to requests with a key (`Idempotency-Key`), kept for a day in case the client repeats one."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, bindparam, delete, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from domain.idempotency import KEPT, Answer, Kept, Keyed
from store import tables
from store.driver import run

_ROWS: Final = tables.idempotency_key.c

_CLAIM: Final = select(func.pg_try_advisory_xact_lock(bindparam("number", type_=BigInteger)))


class KeptAnswers:
    """The kept answers of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(self, keyed: Keyed) -> bool:
        """Claim the key for this transaction; return whether no other transaction holds it.

        On SQLite a transaction that writes is alone. On PostgreSQL two keys in 2^64 share a lock.
        """
        if self._connection.dialect.name == "sqlite":
            return True
        number = int.from_bytes(bytes.fromhex(keyed.id)[:8], signed=True)
        return bool(run(self._connection, _CLAIM, {"number": number})[0][0])

    def find(self, keyed: Keyed, now: datetime) -> Kept | None:
        """Return the answer that is kept for the key, and for which request."""
        this = select(tables.idempotency_key).where(_ROWS.id == keyed.id, _ROWS.expires_at > now)
        row = self._connection.execute(this).first()
        return Kept(row.request, Answer(row.status, row.headers, row.body)) if row else None

    def save(self, keyed: Keyed, answer: Answer, now: datetime) -> None:
        """Keep an answer; one that has expired is replaced."""
        values: dict[str, Any] = {
            "domain_id": keyed.domain_id,
            "request": keyed.digest,
            "status": answer.status,
            "headers": dict(answer.headers),
            "body": answer.body,
            "expires_at": now + KEPT,
        }
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        row = dialect.insert(tables.idempotency_key).values(id=keyed.id, **values)
        self._connection.execute(row.on_conflict_do_update(index_elements=[_ROWS.id], set_=values))

    def forget_expired(self, now: datetime, *, limit: int) -> int:
        """Delete at most `limit` answers that have expired, and return how many."""
        # As with events: without the literal, PostgreSQL plans the prepared statement as a scan of the whole table.
        at_most = literal(limit, literal_execute=True)
        ended = select(_ROWS.id).where(_ROWS.expires_at < now).order_by(_ROWS.expires_at).limit(at_most)
        return self._connection.execute(delete(tables.idempotency_key).where(_ROWS.id.in_(ended))).rowcount
