"""The entry point to the store: sessions and transactions, with access to every table."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from sqlalchemy import Connection, Engine, text

from domain.auto_reply import DAILY_BYTES
from domain.changes import Change
from domain.events import TIME, Author
from store import wakeup
from store.accounts import Accounts
from store.availability import Availability
from store.bookings import Bookings
from store.bulk import ManyStatuses, is_plain
from store.changes import Changes
from store.clients import Clients
from store.definitions import Definitions
from store.directory import Directory
from store.domain_contents import DomainContents
from store.driver import run
from store.due import Due
from store.engine import Clock, connect, engine_for_reading, read_clock
from store.events import Events
from store.feeds import Feeds
from store.history import History
from store.kept_answers import KeptAnswers
from store.listings import Listings
from store.postgresql import UNLIMITED, Limits
from store.reply_texts import ReplyTexts
from store.reply_usage import ReplyUsage
from store.roster import Roster
from store.situations import Situations
from store.statuses import Statuses
from store.versions import Versions
from store.zone_rules import ZoneRules


@dataclass(frozen=True)
class Transaction:
    """One transaction: all of its changes are committed together, or none."""

    connection: Connection
    clock: Clock
    daily_reply_bytes: int = DAILY_BYTES

    def now(self) -> datetime:
        """Return the current time by the store's clock."""
        return self.clock(self.connection)

    @property
    def writes_alone(self) -> bool:
        """Return whether a writer blocks all others: SQLite locks the file, not rows."""
        return self.connection.dialect.name == "sqlite"

    @cached_property
    def directory(self) -> Directory:
        """Access domains and people."""
        return Directory(self.connection)

    @cached_property
    def roster(self) -> Roster:
        """Access all people of a domain at once, for lists."""
        return Roster(self.connection)

    @cached_property
    def domain_contents(self) -> DomainContents:
        """Access all rows that belong to a domain."""
        return DomainContents(self.connection)

    @cached_property
    def accounts(self) -> Accounts:
        """Access accounts for logging in."""
        return Accounts(self.connection)

    @cached_property
    def listings(self) -> Listings:
        """Access the lists for administrators."""
        return Listings(self.connection)

    @cached_property
    def definitions(self) -> Definitions:
        """Access the profile statuses of domains."""
        return Definitions(self.connection)

    @cached_property
    def clients(self) -> Clients:
        """Access OAuth clients and their tokens."""
        return Clients(self.connection)

    @cached_property
    def availability(self) -> Availability:
        """Access what many people show."""
        return Availability(self.connection)

    @cached_property
    def versions(self) -> Versions:
        """Access the versions of domains."""
        return Versions(self.connection)

    @cached_property
    def feeds(self) -> Feeds:
        """Access calendar feeds."""
        return Feeds(self.connection)

    @cached_property
    def kept_answers(self) -> KeptAnswers:
        """Access the answers kept for repeated requests."""
        return KeptAnswers(self.connection)

    @cached_property
    def statuses(self) -> Statuses:
        """Access people's statuses."""
        return Statuses(self.connection, self.clock)

    @cached_property
    def situations(self) -> Situations:
        """Access what a request needs to know before it decides."""
        return Situations(self.connection, self.clock)

    @cached_property
    def bookings(self) -> Bookings:
        """Access what clients said of statuses."""
        return Bookings(self.connection)

    @cached_property
    def changes(self) -> Changes:
        """Access changes of many people's plans at once."""
        return Changes(self.connection)

    @cached_property
    def many_statuses(self) -> ManyStatuses:
        """Access the statuses of many people at once."""
        return ManyStatuses(self.connection)

    @cached_property
    def reply_texts(self) -> ReplyTexts:
        """Access the texts remembered for the next out-of-office."""
        return ReplyTexts(self.connection)

    @cached_property
    def reply_usage(self) -> ReplyUsage:
        """Access the counters of the daily limit of reply text."""
        return ReplyUsage(self.connection, self.daily_reply_bytes)

    @cached_property
    def due(self) -> Due:
        """Access due transitions."""
        return Due(self.connection, self.clock)

    @cached_property
    def zone_rules(self) -> ZoneRules:
        """Access the rules by which windows were computed."""
        return ZoneRules(self.connection)

    @cached_property
    def events(self) -> Events:
        """Access events, for writing."""
        return Events(self.connection)

    @cached_property
    def history(self) -> History:
        """Access events, for reading."""
        return History(self.connection)

    def save(self, person_id: int, change: Change, *, by: Author, counts_text: bool = True) -> None:
        """Store a change of a locked person: rows, events, and a wake-up of beat if something is due soon.

        Without `counts_text` its reply text does not count for the daily limit.

        Raises:
            TooMuchReplyText: the daily limit of reply text is passed; roll the transaction back.
        """
        shown, now = change.timeline.shown, change.at
        record = self.events.record
        if counts_text:
            self.reply_usage.count(person_id, change.new_text, now)
        record(person_id, change.settlement.events, shown=shown, by=TIME, now=now)
        record(person_id, change.going, shown=shown, by=by, now=now)
        self.statuses.save(person_id, change.stored, change.after)
        if change.remembers:
            self.reply_texts.save(person_id, change.remembered)
        record(person_id, change.coming, shown=shown, by=by, now=now)
        wakeup.announce(self.connection, change.after, now)

    def save_all(self, changes: Mapping[int, Change], *, by: Author, counts_text: bool = True) -> None:
        """Store changes of locked people, by person, as `save` does.

        Raises:
            TooMuchReplyText: the daily limit of reply text is passed; roll the transaction back.
        """
        plain = {person_id: change for person_id, change in changes.items() if is_plain(change)}
        for person_id, change in changes.items():
            if person_id not in plain:
                self.save(person_id, change, by=by, counts_text=counts_text)
            elif counts_text:
                self.reply_usage.count(person_id, change.new_text, change.at)
        if not plain:
            return
        now = max(change.at for change in plain.values())
        self.many_statuses.save(plain, by=by, now=now)
        written = [status for change in plain.values() for status in change.after]
        wakeup.announce(self.connection, written, now)

    def wake(self) -> None:
        """Wake beat once this transaction is committed, because a change has something to do."""
        wakeup.wake(self.connection, self.now())


_COMMIT_AND_CHAIN: Final = text("COMMIT AND CHAIN")


class Session:
    """A connection for one transaction after another.

    On PostgreSQL the COMMIT of a transaction begins the next one too, which saves a round trip. What is open in between
    holds no row and no snapshot.
    """

    def __init__(self, connection: Connection, clock: Clock, daily_reply_bytes: int = DAILY_BYTES) -> None:
        self._connection = connection
        self._clock = clock
        self._daily_reply_bytes = daily_reply_bytes

    @property
    def writes_alone(self) -> bool:
        """Return whether a writer blocks all others: SQLite locks the file, not rows."""
        return self._connection.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Begin a transaction that only reads."""
        if self.writes_alone:
            with self._connection.begin():
                yield self._begun()
            return
        self._ensure_begun()
        yield self._begun()

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Begin a transaction that is committed when its block ends, and rolled back when the block raises."""
        if self.writes_alone:
            with _writing(self._connection):
                yield self._begun()
            return
        self._ensure_begun()
        try:
            yield self._begun()
            run(self._connection, _COMMIT_AND_CHAIN)
        except BaseException:
            self._connection.rollback()
            raise

    def _ensure_begun(self) -> None:
        if not self._connection.in_transaction():
            self._connection.begin()

    def _begun(self) -> Transaction:
        return Transaction(self._connection, self._clock, self._daily_reply_bytes)


class Store:
    """The store at one URL.

    Raises:
        BadStoreUrl: the URL is neither of a SQLite file nor of a PostgreSQL database.
    """

    def __init__(  # noqa: PLR0913 (each process chooses others)
        self,
        url: str,
        *,
        clock: Clock = read_clock,
        pool_size: int = 16,
        by_index: bool = False,
        limits: Limits = UNLIMITED,
        through_pooler: bool = False,
        daily_reply_bytes: int = DAILY_BYTES,
    ) -> None:
        self.engine: Engine = connect(
            url, pool_size=pool_size, by_index=by_index, limits=limits, through_pooler=through_pooler
        )
        self._reading = engine_for_reading(self.engine)
        self._clock = clock
        self._daily_reply_bytes = daily_reply_bytes

    @property
    def writes_alone(self) -> bool:
        """Return whether a writer blocks all others: SQLite locks the file, not rows."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open a session on a pooled connection, which is tested once and not before each transaction."""
        with self.engine.connect() as connection:
            yield Session(connection, self._clock, self._daily_reply_bytes)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Open a connection that only reads. On PostgreSQL each statement sees what is committed when it begins.

        That is so in a transaction too (READ COMMITTED), and without one BEGIN and COMMIT need no round trips.
        """
        with self._reading.connect() as connection, connection.begin():
            yield Transaction(connection, self._clock, self._daily_reply_bytes)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Begin a transaction that is committed when its block ends, and rolled back when the block raises."""
        with self.engine.connect() as connection, _writing(connection):
            yield Transaction(connection, self._clock, self._daily_reply_bytes)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


@contextmanager
def _writing(connection: Connection) -> Iterator[None]:
    """Begin a transaction that takes the write lock on SQLite, and end it with the block."""
    connection.execution_options(presently_writes=True)
    try:
        with connection.begin():
            yield
    finally:
        connection.execution_options(presently_writes=False)
