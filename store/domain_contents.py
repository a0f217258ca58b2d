"""Counting and deleting all rows that belong to a domain."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, func, select, union

from domain.permissions import Permission
from store import auto_replies, tables
from store.batches import batches
from store.directory import everybody_in
from store.postgresql import taking_time

#: The maximum number of auto-replies in one statement.
_BATCH: Final = 500
_OF_PEOPLE: Final = [
    table
    for table in tables.metadata.sorted_tables
    if "person_id" in table.c and table is not tables.change_entry
]
_FOR_DOMAINS: Final = (Permission.DOMAIN_ADMIN, Permission.DOMAIN_ADMIN_RO)


@dataclass(frozen=True, slots=True)
class Contents:
    """The number of rows that belong to a domain."""

    people: int
    statuses: int
    clients: int
    events: int


class DomainContents:
    """The rows of domains, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(self, domain_id: int) -> Contents:
        """Count the rows that `delete` would delete."""
        everybody = everybody_in(domain_id)
        return Contents(
            people=self._count(tables.person.c.domain_id == domain_id),
            statuses=self._count(tables.status.c.person_id.in_(everybody)),
            clients=self._count(tables.client.c.domain_id == domain_id),
            events=self._count(tables.event.c.person_id.in_(everybody)),
        )

    def delete(self, domain_id: int) -> None:
        """Delete the domain: its people with their statuses, texts, logins, roles and events, and its clients.

        The domain and its people are locked first: nobody adds people or changes their statuses meanwhile.
        """
        with taking_time(self._connection):
            self._lock(domain_id)
            self._delete_changes(domain_id)
            self._delete_people(domain_id)
            self._delete_clients(domain_id)
            for table in (
                tables.feed,
                tables.definition,
                tables.person,
                tables.idempotency_key,
                tables.zone_rules,
            ):
                self._connection.execute(delete(table).where(table.c.domain_id == domain_id))
            self._connection.execute(delete(tables.domain).where(tables.domain.c.id == domain_id))

    def _count(self, condition: ColumnElement[bool]) -> int:
        number: int = self._connection.execute(select(func.count()).where(condition)).scalar_one()
        return number

    def _lock(self, domain_id: int) -> None:
        this = tables.domain.c.id == domain_id
        self._connection.execute(select(tables.domain.c.id).where(this).with_for_update())
        self._connection.execute(everybody_in(domain_id).order_by(tables.person.c.id).with_for_update())

    def _delete_people(self, domain_id: int) -> None:
        """Delete all data of the domain's people, and the roles of others for this domain."""
        replies = self._replies(domain_id)
        for table in _OF_PEOPLE:
            self._connection.execute(delete(table).where(table.c.person_id.in_(everybody_in(domain_id))))
        for numbers in batches(replies, _BATCH):
            auto_replies.remove_unused(self._connection, numbers)
        roles = tables.role.c
        self._connection.execute(
            delete(tables.role).where(roles.permission.in_(_FOR_DOMAINS), roles.parameter == str(domain_id))
        )

    def _delete_changes(self, domain_id: int) -> None:
        rows = tables.change.c
        mine = select(rows.id).where(rows.domain_id == domain_id)
        self._connection.execute(delete(tables.change_entry).where(tables.change_entry.c.change_id.in_(mine)))
        self._connection.execute(delete(tables.change).where(rows.domain_id == domain_id))

    def _delete_clients(self, domain_id: int) -> None:
        clients = select(tables.client.c.id).where(tables.client.c.domain_id == domain_id)
        tokens = tables.refresh_token
        self._connection.execute(delete(tokens).where(tokens.c.client_id.in_(clients)))
        self._connection.execute(delete(tables.client).where(tables.client.c.domain_id == domain_id))

    def _replies(self, domain_id: int) -> list[int]:
        """Return the ids of the auto-replies that statuses and events of the domain's people refer to."""
        everybody = everybody_in(domain_id)
        referring = (
            select(table.c.auto_reply_id).where(
                table.c.person_id.in_(everybody), table.c.auto_reply_id.is_not(None)
            )
            for table in (tables.status, tables.event)
        )
        return sorted(self._connection.scalars(union(*referring)))
