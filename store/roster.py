"""Importing people: reading all people of a domain, and applying the changes of a list."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, delete, insert, select, text, update

from domain.directory import Domain
from domain.events import Author
from domain.roster import Entry, Known, Reconciliation, Rewrite
from store import tables
from store.batches import batches
from store.deactivation import deactivate, reactivate
from store.directory import new_user_id
from store.store import Transaction

#: The number of rows between two progress reports.
_BATCH: Final = 1000

Progress = Callable[[int], None]


def lock(transaction: Transaction) -> None:
    """Lock all mail addresses against other writers until this transaction ends; reading goes on."""
    # SQLite has only one writer at a time anyway.
    if transaction.connection.dialect.name == "postgresql":
        # Comparing a long list takes time between two statements.
        transaction.connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = '10min'"))
        transaction.connection.execute(text("LOCK TABLE alias IN SHARE ROW EXCLUSIVE MODE"))


def known(transaction: Transaction, domain_id: int) -> list[Known]:
    """Return all people of the domain, including deactivated ones, ordered by number."""
    people, aliases = tables.person.c, tables.alias.c
    of_domain = people.domain_id == domain_id
    further: dict[int, list[str]] = {}
    for number, email in transaction.connection.execute(
        select(aliases.person_id, aliases.email).join(tables.person).where(of_domain)
    ):
        further.setdefault(number, []).append(email)
    rows = transaction.connection.execute(select(tables.person).where(of_domain).order_by(people.id))
    return [Known(row.id, _entry(row, further.get(row.id, ()))) for row in rows]


def taken(transaction: Transaction, domain_id: int, addresses: Iterable[str]) -> set[str]:
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
        found.update(transaction.connection.scalars(first.union_all(further)))
    return found


def carry_out(
    transaction: Transaction,
    domain: Domain,
    reconciliation: Reconciliation,
    *,
    by: Author,
    progress: Progress = lambda _: None,
) -> None:
    """Apply the changes to the domain's people. They must be without faults, and `lock` must have been called."""
    rewritten = sorted(reconciliation.rewritten, key=lambda rewrite: rewrite.known.id)
    _make_room(transaction, rewritten)
    _rewrite(transaction, rewritten, progress)
    _add(transaction, domain, reconciliation.added, progress)
    deactivate(transaction, [leaver.known.id for leaver in reconciliation.deactivated], by=by)


def _make_room(transaction: Transaction, rewritten: Sequence[Rewrite]) -> None:
    """Clear the addresses and keys that change, so that people can exchange them."""
    moving = [
        {"number": rewrite.known.id, "nothing": f"person {rewrite.known.id}"}
        for rewrite in rewritten
        if not {"email", "external_key"}.isdisjoint(rewrite.fields)
    ]
    this = tables.person.c.id == bindparam("number")
    emptied: dict[str, Any] = {"email": bindparam("nothing"), "external_key": None}
    _execute(transaction, update(tables.person).where(this).values(emptied), moving)
    losing = [{"number": rewrite.known.id} for rewrite in rewritten if "aliases" in rewrite.fields]
    _execute(transaction, delete(tables.alias).where(tables.alias.c.person_id == bindparam("number")), losing)


def _rewrite(transaction: Transaction, rewritten: Sequence[Rewrite], progress: Progress) -> None:
    this = tables.person.c.id == bindparam("number")
    rows = [{"number": rewrite.known.id, **_row(rewrite.entry)} for rewrite in rewritten]
    said = update(tables.person).where(this).values({name: bindparam(name) for name in _SAID})
    _execute(transaction, said, rows, progress)
    returning = [
        rewrite.known.id
        for rewrite in rewritten
        if rewrite.entry.is_active and not rewrite.known.entry.is_active
    ]
    reactivate(transaction, returning)
    aliases = [
        {"email": alias, "person_id": rewrite.known.id}
        for rewrite in rewritten
        if "aliases" in rewrite.fields
        for alias in rewrite.entry.aliases
    ]
    _execute(transaction, insert(tables.alias), aliases)


def _add(transaction: Transaction, domain: Domain, added: Sequence[Entry], progress: Progress) -> None:
    now = transaction.now()
    rows = [
        {
            **_row(newcomer),
            "domain_id": domain.id,
            "user_id": new_user_id(),
            "deactivated_at": None if newcomer.is_active else now,
        }
        for newcomer in added
    ]
    _execute(transaction, insert(tables.person), rows, progress)
    aliases = [{"alias": alias, "owner": newcomer.email} for newcomer in added for alias in newcomer.aliases]
    people = tables.person.c
    theirs = select(bindparam("alias", type_=tables.alias.c.email.type), people.id).where(
        people.email == bindparam("owner")
    )
    _execute(transaction, insert(tables.alias).from_select(["email", "person_id"], theirs), aliases)


def _execute(
    transaction: Transaction,
    statement: Any,
    rows: Sequence[dict[str, Any]],
    progress: Progress = lambda _: None,
) -> None:
    for some in batches(rows, _BATCH):
        transaction.connection.execute(statement, list(some))
        progress(len(some))


_SAID: Final = ("email", "name", "external_key", "is_administrator")


def _row(listed: Entry) -> dict[str, Any]:
    return {name: getattr(listed, name) for name in _SAID}


def _entry(row: Any, aliases: Iterable[str]) -> Entry:
    return Entry(
        email=row.email,
        name=row.name,
        external_key=row.external_key,
        aliases=tuple(sorted(aliases)),
        is_administrator=row.is_administrator,
        is_active=row.deactivated_at is None,
    )
