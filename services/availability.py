"""Who is there and who is away: the people of a domain with what they show, in pages, and single ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from domain import availability as rules
from domain.availability import NEVER, Availability, Layer, Span, Version, away_statuses
from domain.credentials import Caller
from domain.definitions import Definitions
from domain.directory import Domain, Person, Whom
from domain.permissions import AccessTarget
from domain.principals import admit
from services import admission
from store.availability import Search
from store.store import Store, Transaction

#: How many candidates are looked at in one go, at least.
_BATCH: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which people are asked for. `away` makes the time of it, in the domain and at the moment of the request."""

    text: str = ""
    shown: str | None = None
    away: Callable[[Domain, datetime], Span] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A person, and what they show."""

    person: Person
    aliases: Sequence[str]
    availability: Availability
    definitions: Definitions


@dataclass(frozen=True, slots=True)
class Page:
    """A page of people, and the number of the person after whom the next page begins; `None` on the last page.

    The page is the same until its version does not hold any more.
    """

    people: Sequence[Found]
    next_after: int | None
    version: Version


def page(  # noqa: PLR0913 (the request's)
    store: Store,
    caller: Caller,
    domain_id: int,
    asked: Asked,
    *,
    after: int,
    limit: int,
    known: Version | None = None,
) -> Page | None:
    """Return at most `limit` active people of a domain who are asked for, with numbers above `after`, by number.

    Returns `None`, without looking at what people show, if nothing has changed since the version that is known.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not read this domain.
        InvalidValue: nothing can be said of the time that `asked.away` makes.
    """
    with store.reading() as transaction:
        admission.principal(transaction, caller.credential).check_may_read(AccessTarget(domain_id))
        now = transaction.now()
        if known is not None and transaction.versions.holds(domain_id, known, now):
            return None
        version = transaction.versions.read(domain_id, now)
        look = _looked(transaction, domain_id, asked, now)
        found = look.page(after=after, limit=limit + 1)
        people = [person for person, _ in found[:limit]]
        aliases = transaction.directory.aliases(people)
    shown = [Found(person, aliases[person.id], told, look.definitions) for person, told in found[:limit]]
    next_after = people[-1].id if len(found) > limit else None
    edges = (edge for edge in (look.search.span.starts_at, look.search.span.ends_at) if edge and edge > now)
    return Page(shown, next_after, replace(version, until=min(version.until, *edges, NEVER)))


def get(store: Store, caller: Caller, whom: Whom) -> Found:
    """Return one active person.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not read this domain.
        PersonUnknown: there is no such person.
    """
    with store.reading() as transaction:
        situation = transaction.situations.read(caller.credential, whom)
        admit(caller.credential, situation.standing).check_may_read(situation.target)
        person, now = situation.person, situation.now
        layers = transaction.availability.layers([person.id], Span(now), now)[person.id]
        aliases = transaction.directory.aliases([person])
    told = rules.availability(layers, away_statuses(situation.definitions), now)
    return Found(person, aliases[person.id], told, situation.definitions)


@dataclass(frozen=True, slots=True)
class _Look:
    """A search for people in one transaction."""

    transaction: Transaction
    domain_id: int
    search: Search
    shown: str | None
    is_for_away: bool
    away: frozenset[str]
    definitions: Definitions
    now: datetime

    def page(self, *, after: int, limit: int) -> list[tuple[Person, Availability]]:
        """Return the first people who are meant, at most `limit`."""
        found: list[tuple[Person, Availability]] = []
        size = max(limit, _BATCH)
        available = self.transaction.availability
        while len(found) < limit:
            some = available.candidates(self.domain_id, self.search, after=after, limit=size)
            layers = available.layers([person.id for person in some], self.search.span, self.now)
            for person in some:
                told = self._told(layers[person.id])
                if told is not None:
                    found.append((person, told))
            if len(some) < size:
                break
            after = some[-1].id
        return found[:limit]

    def _told(self, layers: Sequence[Layer]) -> Availability | None:
        """Return what is told of a person with these statuses; `None` if the person is not meant."""
        told = rules.availability(layers, self.away, self.now)
        if self.shown is not None and (told.shown is None or told.shown.profile_status_id != self.shown):
            return None
        if not self.is_for_away:
            return told
        reasons = rules.away_with(layers, self.away, self.search.span, self.now)
        return replace(told, away_with=reasons) if reasons else None


def _looked(transaction: Transaction, domain_id: int, asked: Asked, now: datetime) -> _Look:
    domain = transaction.directory.domain(domain_id)
    definitions = transaction.definitions.of(domain_id)
    away = away_statuses(definitions)
    span = asked.away(domain, now) if asked.away else Span(now)
    search = Search(
        text=asked.text,
        showing=None if asked.shown is None else [asked.shown],
        away=away if asked.away else None,
        span=span,
    )
    return _Look(transaction, domain_id, search, asked.shown, asked.away is not None, away, definitions, now)
