"""What was, is and will be shown of a person; the history of their changes; and the audit of a domain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from domain.credentials import Caller
from domain.definitions import Definitions, name_of
from domain.directory import Domain, Person, PersonReference, Whom
from domain.history import Layer, Position, Record, Search, Segment, layers_at, page, segments, spells
from domain.principals import admit
from domain.refusals import PastUnknown, WindowIsEmpty
from domain.sentences import sentence
from services import admission
from store.history import Told
from store.situations import Situation
from store.store import Store, Transaction

#: How long a timeline is if its end is not given.
_USUAL: Final = timedelta(days=31)

#: How many layers, shown and covered, a page of segments has at most.
_MOST_LAYERS: Final = 10_000

_INSTANT: Final = timedelta(microseconds=1)
_END_OF_TIME: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Segments of a person's timeline. The next page begins at `next_from`; `None` if this is the last one.

    `known_from` is the beginning, or later if events from before are deleted. `zone` is that of the domain.
    """

    zone: str
    definitions: Definitions
    segments: tuple[Segment, ...]
    known_from: datetime
    next_from: datetime | None


@dataclass(frozen=True, slots=True)
class ShownAt:
    """The layers of a person at a moment, the shown one first."""

    zone: str
    definitions: Definitions
    at: datetime
    layers: tuple[Layer, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """An event of a domain in words; with address and name of its person, if there is still such a person."""

    record: Record
    email: str | None
    name: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """Events, newest first, and the position after which the next page begins; `None` on the last page."""

    domain: Domain
    definitions: Definitions
    entries: Sequence[Entry]
    next_before: Position | None


def timeline(  # noqa: PLR0913 (the request's)
    store: Store,
    caller: Caller,
    whom: Whom,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    after: datetime | None = None,
    limit: int,
) -> Timeline:
    """Return at most `limit` segments from `since` (now) until `until` (31 days later); after the first page, `after`.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not read this person's statuses.
        PersonUnknown: there is no such person.
        WindowIsEmpty: the end is not after the start.
    """
    with store.reading() as transaction:
        situation = _read(transaction, caller, whom)
        begins = since or situation.now
        ends = until or begins + min(_USUAL, _END_OF_TIME - begins)
        if ends <= begins:
            hint = "" if since else "The start is now, because from is not given."
            raise WindowIsEmpty("?to", hint=hint)
        start = max(begins, after or begins)
        past = transaction.history.past(situation.person.id, since=start, until=ends)
    known_from = max(start, past.known_from or start)
    rest = segments(spells(past.present, past.records), known_from, ends) if known_from < ends else ()
    found, has_more = page(rest, limit=limit, layers=_MOST_LAYERS)
    next_from = found[-1].ends_at if has_more else None
    return Timeline(situation.person.domain.zone, situation.definitions, found, known_from, next_from)


def at(store: Store, caller: Caller, whom: Whom, moment: datetime) -> ShownAt:
    """Return what was, is or will be shown of a person at a moment.

    Raises:
        PastUnknown: events since then are deleted.
        Refusal: as in `timeline`.
    """
    with store.reading() as transaction:
        situation = _read(transaction, caller, whom)
        past = transaction.history.past(
            situation.person.id, since=moment, until=min(moment, _END_OF_TIME - _INSTANT) + _INSTANT
        )
    if past.known_from is not None and moment < past.known_from:
        raise PastUnknown(past.known_from)
    layers = layers_at(spells(past.present, past.records), moment)
    return ShownAt(situation.person.domain.zone, situation.definitions, moment, layers)


def of_person(
    store: Store, caller: Caller, whom: Whom, *, before: Position | None = None, limit: int
) -> Page:
    """Return at most `limit` events of a person, newest first, that come before this position.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not read this person's statuses.
        PersonUnknown: there is no such person.
    """
    with store.reading() as transaction:
        situation = _read(transaction, caller, whom)
        return _history(transaction, situation.person, situation.definitions, before=before, limit=limit)


def of_address(store: Store, address: str, *, before: Position | None = None, limit: int) -> Page:
    """Return at most `limit` events of the person with this mail address, as `of_person` does, to an operator.

    Raises:
        PersonUnknown: nobody has this mail address.
    """
    with store.reading() as transaction:
        person = transaction.directory.registered_with_address(address)
        definitions = transaction.definitions.of(person.domain.id)
        return _history(transaction, person, definitions, before=before, limit=limit)


def audit(  # noqa: PLR0913 (the request's)
    store: Store,
    caller: Caller,
    domain_id: int,
    search: Search,
    *,
    person: PersonReference | None = None,
    before: Position | None = None,
    limit: int,
) -> Page:
    """Return at most `limit` events that somebody caused in a domain, newest first, that come before this position.

    `person` limits them to a person, who may be deactivated. Starts and ends, which time causes, are not told.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not read the directory.
        PersonUnknown: there is no such person.
        WindowIsEmpty: the end of the search is not after its start.
    """
    with store.reading() as transaction:
        domain = _check_may_audit(transaction, caller, domain_id)
        wanted = _wanted(transaction, domain_id, search, person)
        found = transaction.history.of_domain(domain_id, wanted, before=before, limit=limit + 1)
        definitions = transaction.definitions.of(domain_id)
        return _page(domain, definitions, found, limit, _names_of_clients(transaction, domain_id))


def end_of_audit(  # noqa: PLR0913 (the request's)
    store: Store,
    caller: Caller,
    domain_id: int,
    search: Search,
    *,
    person: PersonReference | None = None,
    before: Position | None = None,
    limit: int,
) -> Position | None:
    """Return the position of the last of `limit` events that `audit` returns, or `None` if no more follow.

    Raises:
        Refusal: as in `audit`.
    """
    with store.reading() as transaction:
        _check_may_audit(transaction, caller, domain_id)
        wanted = _wanted(transaction, domain_id, search, person)
        return transaction.history.end_of(domain_id, wanted, before=before, limit=limit)


def _read(transaction: Transaction, caller: Caller, whom: Whom) -> Situation:
    situation = transaction.situations.read(caller.credential, whom)
    admit(caller.credential, situation.standing).check_may_read(situation.target)
    situation.check_person()
    return situation


def _history(
    transaction: Transaction,
    person: Person,
    definitions: Definitions,
    *,
    before: Position | None,
    limit: int,
) -> Page:
    found = transaction.history.of_person(person.domain.id, person.id, before=before, limit=limit + 1)
    told = [Told(record, person.email, person.name) for record in found]
    return _page(person.domain, definitions, told, limit, _names_of_clients(transaction, person.domain.id))


def _names_of_clients(transaction: Transaction, domain_id: int) -> Mapping[str, str]:
    """Return the names of the clients of a domain, by their service accounts, which act for them."""
    return {client.service_account: client.name for client in transaction.clients.listed(domain_id)}


def _check_may_audit(transaction: Transaction, caller: Caller, domain_id: int) -> Domain:
    admission.principal(transaction, caller.credential).check_may_read_definitions(domain_id)
    return transaction.directory.domain(domain_id)


def _wanted(
    transaction: Transaction, domain_id: int, search: Search, person: PersonReference | None
) -> Search:
    if search.since is not None and search.until is not None and search.until <= search.since:
        raise WindowIsEmpty("?to")
    if person is None:
        return search
    return replace(search, person=transaction.directory.member(domain_id, person).id)


def _page(
    domain: Domain, definitions: Definitions, found: Sequence[Told], limit: int, names: Mapping[str, str]
) -> Page:
    entries = [
        Entry(one.record, one.email, one.name, _text(one, domain, definitions, names)) for one in found
    ]
    last = entries[limit - 1].record if len(entries) > limit else None
    return Page(domain, definitions, entries[:limit], (last.committed_at, last.id) if last else None)


def _text(told: Told, domain: Domain, definitions: Definitions, names: Mapping[str, str]) -> str:
    name = told.name or f"Person {told.record.person_id}"
    record = replace(told.record, actor=names.get(told.record.actor, told.record.actor))
    return sentence(record, name=name, label=lambda status: name_of(definitions, status), zone=domain.zone)
