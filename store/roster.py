"""All people of a domain at once, deactivated ones included, with all that a list may say of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, select, text, update

from domain.directory import Domain
from domain.roster import Entry, Known, Rewrite
from store import tables
from store.batches import batches
from store.directory import new_user_id

#: The maximum number of addresses in one statement.
_BATCH: Final = 1000


class Roster:
    """The people of one transaction, for lists."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self) -> None:
        """Lock all mail addresses against other writers until this transaction ends; reading goes on."""
        # SQLite has only one writer at a time anyway.
        if self._connection.dialect.name == "postgresql":
            # Comparing a long list takes time between two statements.
            self._connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = '10min'"))
            self._connection.execute(text("LOCK TABLE alias IN SHARE ROW EXCLUSIVE MODE"))

    def known(self, domain_id: int) -> list[Known]:
        """Return all people of the domain, including deactivated ones, ordered by number."""
        people, aliases = tables.person.c, tables.alias.c
        of_domain = people.domain_id == domain_id
        further: dict[int, list[str]] = {}
        for number, email in self._connection.execute(
            select(aliases.person_id, aliases.email).join(tables.person).where(of_domain)
        ):
            further.setdefault(number, []).append(email)
        rows = self._connection.execute(select(tables.person).where(of_domain).order_by(people.id))
        return [Known(row.id, _entry(row, further.get(row.id, ()))) for row in rows]

    def taken(self, domain_id: int, addresses: Iterable[str]) -> set[str]:
        """Return those of `addresses` that people of other domains have."""
        people, aliases = tables.person.c, tables.alias.c
        found: set[str] = set()
        for some in batches(sorted(set(addresses)), _BATCH):
            first = select(people.email).where(people.email.in_(some), people.domain_id != domain_id)
            further = (
                select(aliases.email)
                .join(tables.person)
                .where(aliases.email.in_(some), people.domain_id != domain_id)
            )
            found.update(self._connection.scalars(first.union_all(further)))
        return found

    def clear(self, rewritten: Sequence[Rewrite]) -> None:
        """Clear the addresses and keys that change, so that people can exchange them."""
        moving = [
            {"number": rewrite.known.id, "nothing": f"person {rewrite.known.id}"}
            for rewrite in rewritten
            if not {"email", "external_key"}.isdisjoint(rewrite.fields)
        ]
        emptied: dict[str, Any] = {"email": bindparam("nothing"), "external_key": None}
        self._execute(update(tables.person).where(_THIS).values(emptied), moving)
        losing = [{"number": rewrite.known.id} for rewrite in rewritten if "aliases" in rewrite.fields]
        self._execute(delete(tables.alias).where(tables.alias.c.person_id == bindparam("number")), losing)

    def rewrite(self, rewritten: Sequence[Rewrite]) -> None:
        """Write the new entries of these people, who were cleared; nobody becomes active or deactivated by it."""
        rows = [{"number": rewrite.known.id, **_row(rewrite.entry)} for rewrite in rewritten]
        values: dict[str, Any] = {name: bindparam(name) for name in _WRITTEN}
        self._execute(update(tables.person).where(_THIS).values(values), rows)
        aliases = [
            {"email": alias, "person_id": rewrite.known.id}
            for rewrite in rewritten
            if "aliases" in rewrite.fields
            for alias in rewrite.entry.aliases
        ]
        self._execute(insert(tables.alias), aliases)

    def add(self, domain: Domain, added: Sequence[Entry], *, at: datetime) -> None:
        """Add people to the domain; those who are not active are deactivated from `at` on."""
        rows = [
            {
                **_row(newcomer),
                "domain_id": domain.id,
                "user_id": new_user_id(),
                "deactivated_at": None if newcomer.is_active else at,
            }
            for newcomer in added
        ]
        self._execute(insert(tables.person), rows)
        aliases = [
            {"alias": alias, "owner": newcomer.email} for newcomer in added for alias in newcomer.aliases
        ]
        people = tables.person.c
        theirs = select(bindparam("alias", type_=tables.alias.c.email.type), people.id).where(
            people.email == bindparam("owner")
        )
        self._execute(insert(tables.alias).from_select(["email", "person_id"], theirs), aliases)

    def _execute(self, statement: Any, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            self._connection.execute(statement, list(rows))


_THIS: Final = tables.person.c.id == bindparam("number")
_WRITTEN: Final = ("email", "name", "external_key", "is_administrator")


def _row(listed: Entry) -> dict[str, Any]:
    return {name: getattr(listed, name) for name in _WRITTEN}


def _entry(row: Any, aliases: Iterable[str]) -> Entry:
    return Entry(
        email=row.email,
        name=row.name,
        external_key=row.external_key,
        aliases=tuple(sorted(aliases)),
        is_administrator=row.is_administrator,
        is_active=row.deactivated_at is None,
    )
