"""Calendar feeds: which entries a calendar has for people's statuses, and how much of each it shows."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from domain.availability import Version, away_statuses
from domain.clients import digest
from domain.definitions import BUILT_IN, Definitions, name_of
from domain.directory import Domain, Person
from domain.moments import at_wall_clock, wall_clock
from domain.wishes import Days, Half, Wish

#: How long a feed tells what is over, and what was cancelled. A calendar that was not opened for a week learns of it.
KEPT: Final = timedelta(days=30)

#: Revisions count the seconds from here. A SEQUENCE has 32 bits (RFC 5545 §3.3.8), which are enough until 2094.
EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)

#: How many feeds a person can have, and the domain as such.
MOST_FEEDS: Final = 100

#: How many entries one feed has at most: those that are there and start first, then those that are gone.
MOST_ENTRIES: Final = 5_000

#: The icons of profile statuses in which somebody is there, and can be asked for a meeting.
_FREE_ICONS: Final = frozenset({"ONLINE", "AT_HOME", "AT_OFFICE"})

_DAY: Final = timedelta(days=1)


class Detail(StrEnum):
    """How much of each status a feed shows."""

    BUSY = "busy"  #: only whether the person is out of office, busy or free
    STATUS = "status"  #: the name of the profile status too
    MESSAGE = "message"  #: the message too


class BusyStatus(StrEnum):
    """How a calendar shows the time of an entry ([MS-OXCICAL] 2.1.3.1.1.20.31)."""

    OUT_OF_OFFICE = "OOF"
    BUSY = "BUSY"
    FREE = "FREE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """An address under which a calendar of one person, or of the absences of a whole domain, can be fetched."""

    id: str
    domain_id: int
    person_id: int | None
    #: The SHA-256 of the secret in the address.
    secret_digest: str = field(repr=False)
    detail: Detail
    #: What its maker calls it, such as the place where it is shown.
    name: str | None
    created_at: datetime
    #: The client, person or service that made it.
    created_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFeed:
    """A new feed, and the secret of its address, of which the store gets only a digest."""

    feed: Feed
    secret: str = field(repr=False)


def new_feed(  # noqa: PLR0913 (what a feed is made of)
    domain: Domain, person: Person | None, detail: Detail, name: str | None, *, by: str, now: datetime
) -> NewFeed:
    """Make a feed of a person, or without one of a domain, with a new secret."""
    secret = secrets.token_urlsafe(32)
    feed = Feed(
        id=f"feed-{secrets.token_hex(8)}",
        domain_id=domain.id,
        person_id=person.id if person else None,
        secret_digest=digest(secret),
        detail=detail,
        name=name,
        created_at=now,
        created_by=by,
    )
    return NewFeed(feed=feed, secret=secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is stored of a status; if it is gone, what its last event keeps of it, and when and how it went.

    `revision` rises with every change. It is the second of the change, counted from `EPOCH`, or one more than before if
    that is higher.
    """

    id: str
    person_id: int
    profile_status_id: str
    message: str | None
    in_force_at: datetime
    ends_at: datetime | None
    wish: Wish | None
    answers_mail: bool
    revision: int
    gone_at: datetime | None = None
    ended_by_time: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of a calendar. `days` are the first and the last day of whole days, as they were wished."""

    id: str
    person_id: int
    profile_status_id: str
    message: str | None
    starts_at: datetime
    ends_at: datetime
    days: tuple[date, date] | None
    is_open: bool
    is_cancelled: bool
    busy_status: BusyStatus
    revision: int

    @property
    def revised_at(self) -> datetime:
        """Return the second of the last change."""
        return EPOCH + timedelta(seconds=self.revision)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The content of a feed. `names` are those of the people by their numbers; without them it is about one person."""

    feed: Feed
    title: str
    entries: tuple[Entry, ...]
    names: Mapping[int, str]
    definitions: Definitions
    #: Whether entries were left out, because there are more than `MOST_ENTRIES`.
    is_cut: bool
    #: Of a domain: what it was made from, and when it is made anew at the latest. To compare it is cheaper than to
    #: compare the entries.
    version: Version | None = None

    def summary(self, entry: Entry) -> str:
        """Say an entry in words: no more than the feed shows."""
        told = _IN_WORDS[entry.busy_status]
        if self.feed.detail is not Detail.BUSY:
            told = name_of(self.definitions, entry.profile_status_id)
        if self.feed.detail is Detail.MESSAGE and entry.message:
            told = f"{told}: {entry.message}"
        name = self.names.get(entry.person_id)
        return f"{name} – {told}" if name else told


_IN_WORDS: Final[Mapping[BusyStatus, str]] = {
    BusyStatus.OUT_OF_OFFICE: "Out of office",
    BusyStatus.BUSY: "Busy",
    BusyStatus.FREE: "Free",
}


def entries(
    kept: Iterable[Kept], definitions: Definitions, zone: str, now: datetime
) -> tuple[list[Entry], bool]:
    """Return the entries of these statuses, ordered by start, and whether some were left out.

    Of too many, those that are gone are left out first, and then those that begin last.

    What was ended early, or replaced while it was in force, lasts until then. What never began is cancelled. A status
    without end lasts until the end of the day by the clocks of `zone`, and is told anew each day.
    """
    # The last that is told of a status counts, and one that is there most.
    last = {one.id: one for one in sorted(kept, key=_age)}
    today = wall_clock(now, zone).date()
    midnights = [at_wall_clock(datetime.combine(day, time()), zone) for day in (today, today + _DAY)]
    away = away_statuses(definitions)
    told = sorted(last.values(), key=_rank)[:MOST_ENTRIES]
    found = (_entry(one, _busy_status(one, definitions, away), midnights) for one in told)
    by_start = sorted(found, key=lambda entry: (entry.starts_at, entry.id))
    return by_start, len(last) > MOST_ENTRIES


def _rank(one: Kept) -> tuple[bool, float, str]:
    """Order what is there by its start, and then what is gone, the latest first."""
    return (
        one.gone_at is not None,
        -one.gone_at.timestamp() if one.gone_at else one.in_force_at.timestamp(),
        one.id,
    )


def next_midnight(now: datetime, zone: str) -> datetime:
    """Return when the next day begins by the clocks of a zone."""
    tomorrow = wall_clock(now, zone).date() + _DAY
    return at_wall_clock(datetime.combine(tomorrow, time()), zone)


def _age(one: Kept) -> tuple[bool, datetime]:
    return one.gone_at is None, one.gone_at or one.in_force_at


def _entry(one: Kept, busy_status: BusyStatus, midnights: list[datetime]) -> Entry:
    starts_at, ends_at, days, revision = one.in_force_at, one.ends_at, _whole_days(one.wish), one.revision
    removed_at = None if one.ended_by_time else one.gone_at
    is_cancelled = removed_at is not None and removed_at <= starts_at
    is_open = ends_at is None and removed_at is None
    if removed_at is not None:
        revision = max(revision, _second(removed_at)) + 1
        if not is_cancelled:
            ends_at, days = removed_at, None
    if ends_at is None:
        begun, ends_at = midnights
        revision = max(revision, _second(begun) if is_open else 0)
    return Entry(
        id=one.id,
        person_id=one.person_id,
        profile_status_id=one.profile_status_id,
        message=one.message,
        starts_at=starts_at,
        ends_at=max(ends_at, starts_at),
        days=days,
        is_open=is_open,
        is_cancelled=is_cancelled,
        busy_status=BusyStatus.FREE if is_cancelled else busy_status,
        revision=revision,
    )


def _whole_days(wish: Wish | None) -> tuple[date, date] | None:
    is_whole = isinstance(wish, Days) and wish.first_half is Half.MORNING and wish.last_half is Half.AFTERNOON
    return (wish.first, wish.last) if isinstance(wish, Days) and is_whole else None


def _busy_status(one: Kept, definitions: Definitions, away: frozenset[str]) -> BusyStatus:
    if one.answers_mail or one.profile_status_id in away:
        return BusyStatus.OUT_OF_OFFICE
    definition = {**BUILT_IN, **definitions}.get(one.profile_status_id)
    is_free = definition is not None and definition.icon_type in _FREE_ICONS
    return BusyStatus.FREE if is_free else BusyStatus.BUSY


def _second(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(seconds=1)
