"""Removing a domain with all data of its people."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, union

from domain.permissions import Permission
from store import auto_replies, tables
from store.batches import batches
from store.postgresql import taking_time
from store.store import Transaction
from store.wiping import everybody_in

#: The maximum number of auto-replies in one statement.
_BATCH: Final = 500
_OF_PEOPLE: Final = [table for table in tables.metadata.sorted_tables if "person_id" in table.c]
_FOR_DOMAINS: Final = (Permission.DOMAIN_ADMIN, Permission.DOMAIN_ADMIN_RO)


@dataclass(frozen=True, slots=True)
class Contents:
    """The number of rows that belong to a domain."""

    people: int
    statuses: int
    clients: int
    events: int


def contents(transaction: Transaction, domain_id: int) -> Contents:
    """Count what would be removed with the domain."""

    def count(condition: ColumnElement[bool]) -> int:
        number: int = transaction.connection.execute(select(func.count()).where(condition)).scalar_one()
        return number

    everybody = everybody_in(domain_id)
    return Contents(
        people=count(tables.person.c.domain_id == domain_id),
        statuses=count(tables.status.c.person_id.in_(everybody)),
        clients=count(tables.client.c.domain_id == domain_id),
        events=count(tables.event.c.person_id.in_(everybody)),
    )


def remove(transaction: Transaction, domain_id: int) -> None:
    """Remove the domain: its people with their statuses, texts, logins, roles and events, and its clients.

    Its number is never given to another domain, because issued tokens contain it and stay valid until they expire.

    Raises:
        DomainUnknown: there is no such domain.
    """
    name = transaction.directory.domain(domain_id).name
    with taking_time(transaction.connection):
        _lock(transaction.connection, domain_id)
        _delete_people(transaction.connection, domain_id)
        _delete_clients(transaction.connection, domain_id)
        for table in (tables.definition, tables.person):
            transaction.connection.execute(delete(table).where(table.c.domain_id == domain_id))
        transaction.connection.execute(delete(tables.domain).where(tables.domain.c.id == domain_id))
    row = {"id": domain_id, "name": name, "removed_at": transaction.now()}
    transaction.connection.execute(insert(tables.removed_domain).values(row))


def _lock(connection: Connection, domain_id: int) -> None:
    """Lock the domain and its people: until this transaction ends, nobody can add people or change their statuses."""
    connection.execute(select(tables.domain.c.id).where(tables.domain.c.id == domain_id).with_for_update())
    connection.execute(everybody_in(domain_id).order_by(tables.person.c.id).with_for_update())


def _delete_people(connection: Connection, domain_id: int) -> None:
    """Delete all data of the domain's people, and the roles of others for this domain."""
    replies = _replies(connection, domain_id)
    for table in _OF_PEOPLE:
        connection.execute(delete(table).where(table.c.person_id.in_(everybody_in(domain_id))))
    for numbers in batches(replies, _BATCH):
        auto_replies.remove_unused(connection, numbers)
    roles = tables.role.c
    connection.execute(
        delete(tables.role).where(roles.permission.in_(_FOR_DOMAINS), roles.parameter == str(domain_id))
    )


def _delete_clients(connection: Connection, domain_id: int) -> None:
    clients = select(tables.client.c.id).where(tables.client.c.domain_id == domain_id)
    connection.execute(delete(tables.refresh_token).where(tables.refresh_token.c.client_id.in_(clients)))
    connection.execute(delete(tables.client).where(tables.client.c.domain_id == domain_id))


def _replies(connection: Connection, domain_id: int) -> list[int]:
    """Return the ids of the auto-replies that statuses and events of the domain's people refer to."""
    everybody = everybody_in(domain_id)
    referring = (
        select(table.c.auto_reply_id).where(
            table.c.person_id.in_(everybody), table.c.auto_reply_id.is_not(None)
        )
        for table in (tables.status, tables.event)
    )
    return sorted(connection.scalars(union(*referring)))
