"""The profile statuses that domains offer."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from domain.definitions import Definition
from store import tables


class Definitions:
    """The profile statuses of the domains, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, domain_id: int) -> dict[str, Definition]:
        """Return the definitions of a domain, by id; it has none if it has switched statuses off."""
        table = tables.definition
        rows = self._connection.execute(select(table).where(table.c.domain_id == domain_id))
        return {row.profile_status_id: _definition(row) for row in rows}

    def lock(self, domain_id: int) -> None:
        """Lock the domain's definitions against other writers until this transaction ends."""
        domains = tables.domain.c.id
        self._connection.execute(select(domains).where(domains == domain_id).with_for_update(key_share=True))

    def add(self, domain_id: int, definitions: Iterable[Definition]) -> None:
        """Add definitions; the domain must not have them yet."""
        rows = [{"domain_id": domain_id, **_row(definition)} for definition in definitions]
        self._connection.execute(insert(tables.definition), rows)

    def save(self, domain_id: int, definition: Definition) -> None:
        """Update one definition."""
        table = tables.definition
        this = (table.c.domain_id == domain_id, table.c.profile_status_id == definition.profile_status_id)
        self._connection.execute(update(table).where(*this).values(_row(definition)))

    def remove(self, domain_id: int, profile_status_id: str | None = None) -> None:
        """Remove one definition of the domain, or all."""
        table = tables.definition
        query = delete(table).where(table.c.domain_id == domain_id)
        if profile_status_id is not None:
            query = query.where(table.c.profile_status_id == profile_status_id)
        self._connection.execute(query)


def _definition(row: Any) -> Definition:
    return Definition(
        profile_status_id=row.profile_status_id,
        name=row.name,
        icon_type=row.icon_type,
        display_order=row.display_order,
        is_in_use=row.is_in_use,
        is_for_everybody=row.is_for_everybody,
        names=tuple((language, name) for language, name in row.names),
    )


def _row(definition: Definition) -> dict[str, Any]:
    return {
        "profile_status_id": definition.profile_status_id,
        "name": definition.name,
        "icon_type": definition.icon_type,
        "display_order": definition.display_order,
        "is_in_use": definition.is_in_use,
        "is_for_everybody": definition.is_for_everybody,
        "names": [list(pair) for pair in definition.names],
    }
