"""Calendar feeds: make, list, revoke and read them."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.availability import Version, away_statuses
from domain.clients import digest
from domain.credentials import Caller
from domain.directory import Domain, Person, Whom
from domain.feeds import (
    KEPT,
    MOST_ENTRIES,
    MOST_FEEDS,
    Calendar,
    Detail,
    Feed,
    NewFeed,
    entries,
    new_feed,
    next_midnight,
)
from domain.principals import Principal, admit
from domain.refusals import FeedUnknown, OwnBookingsOnly, TooManyFeeds
from services import admission
from services.idempotency import RECORDS_NOTHING, Recorder
from store.store import Store, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How much a new feed shows, and what its maker calls it."""

    detail: Detail = Detail.BUSY
    name: str | None = None


def add(
    store: Store,
    caller: Caller,
    whom: Whom,
    wanted: Wanted,
    *,
    recorder: Recorder[NewFeed] = RECORDS_NOTHING,
) -> NewFeed:
    """Make a feed of one person.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not write this person's statuses.
        PersonUnknown: there is no such person.
        TooManyFeeds: the person has as many feeds as possible.
    """
    with store.writing() as transaction:
        recorder.claim(transaction)
        principal, person = _writing_for(transaction, caller, whom)
        recorder.check(transaction)
        made = _added(transaction, person.domain, person, wanted, by=principal.client)
        recorder.record(transaction, made)
    return made


def add_to_domain(
    store: Store,
    caller: Caller,
    domain_id: int,
    wanted: Wanted,
    *,
    recorder: Recorder[NewFeed] = RECORDS_NOTHING,
) -> NewFeed:
    """Make a feed of the absences of a whole domain.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not change the directory.
        DomainUnknown: it is not the caller's domain.
        TooManyFeeds: the domain has as many feeds as possible.
    """
    with store.writing() as transaction:
        recorder.claim(transaction)
        principal = _defining(transaction, caller, domain_id)
        recorder.check(transaction)
        domain = transaction.directory.domain(domain_id)
        made = _added(transaction, domain, None, wanted, by=principal.client)
        recorder.record(transaction, made)
    return made


def of_person(store: Store, caller: Caller, whom: Whom) -> Sequence[Feed]:
    """Return the feeds of one person, without their secrets.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not read this person's statuses.
        PersonUnknown: there is no such person.
    """
    with store.reading() as transaction:
        situation = transaction.situations.read(caller.credential, whom)
        admit(caller.credential, situation.standing).check_may_read(situation.target)
        return transaction.feeds.of_person(situation.person.id)


def of_domain(store: Store, caller: Caller, domain_id: int) -> Sequence[Feed]:
    """Return the feeds of a domain that are of no single person, without their secrets.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not read the directory.
        DomainUnknown: it is not the caller's domain.
    """
    with store.reading() as transaction:
        admission.principal(transaction, caller.credential).check_may_read_definitions(domain_id)
        return transaction.feeds.of_domain(domain_id)


def revoke(store: Store, caller: Caller, whom: Whom, feed_id: str) -> None:
    """Revoke a feed of one person: its address is unknown from now on.

    Raises:
        FeedUnknown: the person has no such feed.
        OwnBookingsOnly: the caller may remove only what it made, and it did not make this feed.
        Refusal: as in `add`.
    """
    with store.writing() as transaction:
        principal, person = _writing_for(transaction, caller, whom)
        _revoke(transaction, principal, transaction.feeds.of_person(person.id), feed_id)


def revoke_of_domain(store: Store, caller: Caller, domain_id: int, feed_id: str) -> None:
    """Revoke a feed of a domain: its address is unknown from now on.

    Raises:
        FeedUnknown: the domain has no such feed.
        OwnBookingsOnly: the caller may remove only what it made, and it did not make this feed.
        Refusal: as in `add_to_domain`.
    """
    with store.writing() as transaction:
        principal = _defining(transaction, caller, domain_id)
        _revoke(transaction, principal, transaction.feeds.of_domain(domain_id), feed_id)


def read(store: Store, secret: str, *, known: Version | None = None) -> Calendar | None:
    """Return the calendar whose address has this secret.

    Returns `None`, without looking at statuses, if it is of a domain in which nothing has changed since the version
    that is known. The digest is looked up, so how long that takes tells nothing of the secret.

    Raises:
        FeedUnknown: there is none, or its person is deactivated.
    """
    sought = digest(secret)
    with store.reading() as transaction:
        feed = transaction.feeds.with_digest(sought)
        if feed is None or not hmac.compare_digest(sought, feed.secret_digest):
            raise FeedUnknown
        people = transaction.feeds.people(feed)
        if feed.person_id is not None and not people:
            raise FeedUnknown
        if feed.person_id is not None:
            return _calendar(transaction, feed, people)
        now = transaction.now()
        if known is not None and transaction.versions.holds(feed.domain_id, known, now):
            return None
        version = transaction.versions.read(feed.domain_id, now)
        calendar = _calendar(transaction, feed, people)
        # Starts and ends change nothing here, but a new day does.
        zone = transaction.directory.domain(feed.domain_id).zone
        return replace(calendar, version=replace(version, until=next_midnight(now, zone)))


def address(root_url: str, secret: str) -> str:
    """Return the address of the calendar of the feed with this secret."""
    return f"{root_url}/presently/v1/calendar/{secret}.ics"


def _calendar(transaction: Transaction, feed: Feed, people: dict[int, str]) -> Calendar:
    domain = transaction.directory.domain(feed.domain_id)
    definitions = transaction.definitions.of(domain.id)
    now = transaction.now()
    # A calendar of everybody tells absences only: all else of all people would be endless.
    away = None if feed.person_id is not None else away_statuses(definitions)
    kept = transaction.feeds.kept(feed, people, since=now - KEPT, away=away, limit=MOST_ENTRIES + 1)
    found, is_cut = entries(kept, definitions, domain.zone, now)
    return Calendar(
        feed=feed,
        title=domain.name if feed.person_id is None else people[feed.person_id],
        entries=tuple(found),
        names=people if feed.person_id is None else {},
        definitions=definitions,
        is_cut=is_cut,
    )


def _writing_for(transaction: Transaction, caller: Caller, whom: Whom) -> tuple[Principal, Person]:
    situation = transaction.situations.read(caller.credential, whom)
    principal = admit(caller.credential, situation.standing)
    principal.check_may_write(situation.target)
    principal.check_may_write_for(situation.person)
    return principal, situation.person


def _defining(transaction: Transaction, caller: Caller, domain_id: int) -> Principal:
    principal = admission.principal(transaction, caller.credential)
    principal.check_may_define(domain_id)
    return principal


def _added(
    transaction: Transaction, domain: Domain, person: Person | None, wanted: Wanted, *, by: str
) -> NewFeed:
    made = new_feed(domain, person, wanted.detail, wanted.name, by=by, now=transaction.now())
    transaction.feeds.lock_owner(made.feed)
    if transaction.feeds.count(made.feed) >= MOST_FEEDS:
        raise TooManyFeeds
    transaction.feeds.add(made.feed)
    return made


def _revoke(transaction: Transaction, principal: Principal, among: Sequence[Feed], feed_id: str) -> None:
    feed = next((one for one in among if one.id == feed_id), None)
    if feed is None:
        raise FeedUnknown
    if principal.writes_own_only and feed.created_by != principal.client:
        raise OwnBookingsOnly
    transaction.feeds.remove(feed.id)


# At the terminal, the operator needs no token.

#: Stands for the operator where a feed tells who made it.
OPERATOR = "./presently feed add"


def register(store: Store, address: str, wanted: Wanted) -> NewFeed:
    """Make a feed of the person with this mail address, for the operator.

    Raises:
        PersonUnknown: nobody active has this mail address.
        TooManyFeeds: the person has as many feeds as possible.
    """
    with store.writing() as transaction:
        person = transaction.directory.with_address(address)
        return _added(transaction, person.domain, person, wanted, by=OPERATOR)


def register_for_domain(store: Store, domain: Domain, wanted: Wanted) -> NewFeed:
    """Make a feed of the absences of a domain, for the operator.

    Raises:
        TooManyFeeds: the domain has as many feeds as possible.
    """
    with store.writing() as transaction:
        return _added(transaction, domain, None, wanted, by=OPERATOR)


@dataclass(frozen=True, slots=True)
class Owned:
    """A feed, and the mail address of its person, or the name of its domain."""

    feed: Feed
    owner: str


def every(store: Store) -> Sequence[Owned]:
    """Return all feeds, the oldest first, for the operator."""
    with store.reading() as transaction:
        names = {domain.id: domain.name for domain in transaction.directory.domains()}
        found = transaction.feeds.every()
        return [Owned(feed, _owner(transaction, feed, names)) for feed in found]


def withdraw(store: Store, feed_id: str) -> None:
    """Revoke a feed, for the operator.

    Raises:
        FeedUnknown: there is no such feed.
    """
    with store.writing() as transaction:
        if transaction.feeds.get(feed_id) is None:
            raise FeedUnknown
        transaction.feeds.remove(feed_id)


def _owner(transaction: Transaction, feed: Feed, names: dict[int, str]) -> str:
    if feed.person_id is None:
        return names[feed.domain_id]
    return transaction.directory.registered(feed.domain_id, feed.person_id).email
