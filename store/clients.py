"""OAuth clients, their refresh tokens, and revoked tokens."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    String,
    Table,
    bindparam,
    delete,
    exists,
    insert,
    literal,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from domain.clients import Client, RefreshToken
from domain.credentials import Scope
from store import tables

#: How long a token's row is kept after the token has expired. The API checks the expiry by its machine's clock; rows
#: are deleted by the store's clock. A revoked token must not become valid again while these two differ.
_MARGIN: Final = timedelta(hours=1)


#: Every request runs this query, so it is built once: building takes as long as running it.
_REVOKED: Final = exists().where(
    or_(
        tables.revoked_token.c.id == bindparam("token_id", type_=String),
        tables.revoked_token.c.id == bindparam("family", type_=String),
    )
)
_CLIENT_IS_GOOD: Final = exists().where(
    tables.client.c.id == bindparam("client_id", type_=String), tables.client.c.revoked_at.is_(None)
)
_IS_REVOKED: Final = select(_REVOKED)
_IS_VOID: Final = select(or_(_REVOKED, not_(_CLIENT_IS_GOOD)))


class Clients:
    """The clients of one transaction, and their tokens."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, client: Client) -> None:
        """Register a client."""
        row = {
            **asdict(client),
            "scopes": _text(client.scopes),
            "token_lifetime": int(client.token_lifetime.total_seconds()),
        }
        self._connection.execute(insert(tables.client).values(row))

    def find(self, client_id: str) -> Client | None:
        """Find the client with this id, even if it is revoked."""
        row = self._connection.execute(select(tables.client).where(tables.client.c.id == client_id)).first()
        return _client(row) if row else None

    def listed(self, domain_id: int | None = None) -> list[Client]:
        """Return the clients of a domain, by name; without a domain, those of all, by domain and name."""
        rows = tables.client.c
        query = select(tables.client).order_by(rows.domain_id, rows.name, rows.id)
        if domain_id is not None:
            query = query.where(rows.domain_id == domain_id)
        return [_client(row) for row in self._connection.execute(query)]

    def revoke(self, client_id: str, now: datetime) -> bool:
        """Revoke a client and all its tokens; return whether it was valid until now."""
        rows = tables.client.c
        this = (rows.id == client_id, rows.revoked_at.is_(None))
        revoked = self._connection.execute(update(tables.client).where(*this).values(revoked_at=now))
        return revoked.rowcount > 0

    def add_refresh_token(self, digest: str, token: RefreshToken) -> None:
        """Store a refresh token under the digest of its secret."""
        row = {**asdict(token), "scopes": _text(token.scopes), "digest": digest}
        self._connection.execute(insert(tables.refresh_token).values(row))

    def refresh_token(self, digest: str) -> RefreshToken | None:
        """Find the refresh token with this digest, even if it is used up."""
        rows = tables.refresh_token.c
        row = self._connection.execute(select(tables.refresh_token).where(rows.digest == digest)).first()
        if row is None:
            return None
        return RefreshToken(
            family=row.family,
            client_id=row.client_id,
            scopes=_scopes(row.scopes),
            user_id=row.user_id,
            expires_at=row.expires_at,
        )

    def use_up(self, digest: str, now: datetime) -> bool:
        """Mark a refresh token as used; return whether it was unused. Of several requests at once, one gets `True`."""
        rows = tables.refresh_token.c
        unused = (rows.digest == digest, rows.used_at.is_(None))
        used = self._connection.execute(update(tables.refresh_token).where(*unused).values(used_at=now))
        return used.rowcount > 0

    def revoke_token(self, token_id: str, *, expires_at: datetime) -> None:
        """Revoke a token or a family of tokens that expires at this moment. A second call changes nothing."""
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        row = dialect.insert(tables.revoked_token).values(id=token_id, expires_at=expires_at)
        self._connection.execute(row.on_conflict_do_nothing())

    def is_void(self, token_id: str, family: str | None = None, client_id: str | None = None) -> bool:
        """Return whether the token, its family or its client was revoked; an unknown client counts as revoked."""
        question = _IS_REVOKED if client_id is None else _IS_VOID
        asked = {"token_id": token_id, "family": family or token_id, "client_id": client_id}
        return bool(self._connection.execute(question, asked).scalar_one())

    def forget_expired(self, now: datetime, *, limit: int) -> int:
        """Delete the rows of expired tokens, at most `limit` of each table, and return how many."""
        return sum(
            self._forget(table, key, now - _MARGIN, limit)
            for table, key in (
                (tables.refresh_token, tables.refresh_token.c.digest),
                (tables.revoked_token, tables.revoked_token.c.id),
            )
        )

    def _forget(self, table: Table, key: Column[str], before: datetime, limit: int) -> int:
        # As with events: without the literal, PostgreSQL plans the prepared statement as a scan of the whole table.
        at_most = literal(limit, literal_execute=True)
        ended = select(key).where(table.c.expires_at < before).order_by(table.c.expires_at).limit(at_most)
        return self._connection.execute(delete(table).where(key.in_(ended))).rowcount


def _client(row: Any) -> Client:
    columns = dict(row._mapping)
    columns["scopes"] = _scopes(row.scopes)
    columns["token_lifetime"] = timedelta(seconds=row.token_lifetime)
    return Client(**columns)


def _text(scopes: Iterable[Scope]) -> str:
    return " ".join(sorted(scopes))


def _scopes(text: str) -> frozenset[Scope]:
    return frozenset(Scope(name) for name in text.split())
