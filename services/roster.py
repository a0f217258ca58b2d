"""All people of a domain: list them, import a list of them, add and change single ones."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from domain.directory import Domain, Person
from domain.events import Author
from domain.permissions import Role
from domain.refusals import EntryRefused
from domain.roster import Entry, Fault, Line, Reconciliation, already_used, amend, reconcile
from services import domains
from services.people import deactivate_all, reactivate_all
from store.batches import batches
from store.store import Store, Transaction

#: The number of people between two reports of progress.
_BATCH: Final = 1000


class Step(StrEnum):
    """The steps of an import."""

    COMPARING = "Comparing"
    WRITING = "Writing"


#: Called with the step, how many people are done in it, and how many there are.
Progress = Callable[[Step, int, int], None]


@dataclass(frozen=True, slots=True)
class Listed:
    """A person with their number, roles and login names."""

    id: int
    entry: Entry
    roles: frozenset[Role]
    login_names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Changed:
    """A person as they were before a change, and the names of the fields that have changed."""

    person: Person
    fields: Sequence[str]


def listed(store: Store, number: int | None) -> list[Listed]:
    """Return all people of a domain, including deactivated ones, ordered by number.

    Raises:
        DomainUnknown: there is no such domain.
    """
    with store.reading() as transaction:
        people = transaction.roster.known(domains.chosen(transaction, number).id)
        roles, names = transaction.accounts.roles(), transaction.accounts.login_names()
    return [
        Listed(one.id, one.entry, roles.get(one.id, frozenset()), names.get(one.id, ())) for one in people
    ]


def entries(store: Store, number: int | None) -> list[Entry]:
    """Return the entries of all people of a domain, as a list for `import_list`.

    Raises:
        DomainUnknown: there is no such domain.
    """
    with store.reading() as transaction:
        people = transaction.roster.known(domains.chosen(transaction, number).id)
    return [one.entry for one in people]


def import_list(  # noqa: PLR0913 (what an import may be told)
    store: Store,
    number: int | None,
    lines: Sequence[Line],
    *,
    unreadable: Sequence[Fault] = (),
    deactivate_missing: bool = False,
    by: Author,
    progress: Progress = lambda *_: None,
) -> Reconciliation:
    """Change a domain's people as a list says, and return the changes. With any fault, nothing is changed.

    `unreadable` are the faults of lines that are not in `lines`. People without a line stay unchanged, or are
    deactivated.

    Raises:
        DomainUnknown: there is no such domain.
    """
    with store.writing() as transaction:
        transaction.roster.lock()
        home = domains.chosen(transaction, number)
        progress(Step.COMPARING, 0, len(lines))
        known = transaction.roster.known(home.id)
        taken = transaction.roster.taken(home.id, _addresses(line.said for line in lines))
        wanted = reconcile(known, lines, taken=taken, deactivate_missing=deactivate_missing)
        wanted = replace(wanted, faults=(*unreadable, *wanted.faults))
        progress(Step.COMPARING, len(lines), len(lines))
        if not wanted.faults:
            _carry_out(transaction, home, wanted, by=by, progress=progress)
    return wanted


def add(store: Store, number: int | None, said: Mapping[str, Any], *, by: Author) -> Person:
    """Add a person with the values of `said`, by the names of `Entry`'s fields, and return the person.

    Raises:
        DomainUnknown: there is no such domain.
        EntryRefused: a value is invalid, or belongs to somebody else.
    """
    with store.writing() as transaction:
        transaction.roster.lock()
        home = domains.chosen(transaction, number)
        known = transaction.roster.known(home.id)
        taken = transaction.roster.taken(home.id, _addresses([said]))
        wanted = reconcile(known, [Line(1, said)], taken=taken)
        _check(wanted)
        if not wanted.added:
            raise EntryRefused(f"Domain {home.id} already has a person with the {already_used(known, said)}.")
        _carry_out(transaction, home, wanted, by=by)
        return transaction.directory.with_address(said["email"])


def change(store: Store, mail: str, said: Mapping[str, Any], *, by: Author) -> Changed:
    """Change the person with this mail address, even if deactivated; what `said` lacks stays unchanged.

    Raises:
        PersonUnknown: nobody has this mail address.
        EntryRefused: a value is invalid, or belongs to somebody else.
    """
    with store.writing() as transaction:
        transaction.roster.lock()
        person = transaction.directory.registered_with_address(mail)
        known = transaction.roster.known(person.domain.id)
        who = next(one for one in known if one.id == person.id)
        wanted = amend(known, who, said, taken=transaction.roster.taken(person.domain.id, _addresses([said])))
        _check(wanted)
        _carry_out(transaction, person.domain, wanted, by=by)
    return Changed(person, [field for rewrite in wanted.rewritten for field in rewrite.fields])


def _check(wanted: Reconciliation) -> None:
    """Raise `EntryRefused` if there is a fault."""
    if wanted.faults:
        raise EntryRefused(wanted.faults[0].reason)


def _addresses(people: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for said in people:
        if email := said.get("email"):
            yield email.lower()
        yield from (alias.lower() for alias in said.get("aliases", ()))


def _carry_out(
    transaction: Transaction,
    home: Domain,
    wanted: Reconciliation,
    *,
    by: Author,
    progress: Progress = lambda *_: None,
) -> None:
    """Apply these changes, which have no faults, to the domain's people; the mail addresses are locked."""
    rewritten = sorted(wanted.rewritten, key=lambda rewrite: rewrite.known.id)
    done, total = 0, len(rewritten) + len(wanted.added)
    progress(Step.WRITING, done, total)
    for rewrites in batches(rewritten, _BATCH):
        transaction.roster.clear(rewrites)
    for rewrites in batches(rewritten, _BATCH):
        transaction.roster.rewrite(rewrites)
        done += len(rewrites)
        progress(Step.WRITING, done, total)
    reactivate_all(transaction, [rewrite.known.id for rewrite in rewritten if rewrite.reactivates])
    for newcomers in batches(wanted.added, _BATCH):
        transaction.roster.add(home, newcomers, at=transaction.now())
        done += len(newcomers)
        progress(Step.WRITING, done, total)
    deactivate_all(transaction, [rewrite.known.id for rewrite in wanted.deactivated], by=by)
