"""The entry point to the store: sessions and transactions, with access to every table."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection, Engine

from domain.auto_reply import DAILY_BYTES
from store.accounts import Accounts
from store.clients import Clients
from store.definitions import Definitions
from store.directory import Directory
from store.due import Due
from store.engine import connect, read_clock
from store.events import Events
from store.listings import Listings
from store.postgresql import UNLIMITED, Limits
from store.reply_texts import ReplyTexts
from store.reply_usage import ReplyUsage
from store.statuses import Statuses

Clock = Callable[[Connection], datetime]


@dataclass(frozen=True)
class Transaction:
    """One transaction: all of its changes are committed together, or none."""

    connection: Connection
    clock: Clock
    daily_reply_bytes: int = DAILY_BYTES

    def now(self) -> datetime:
        """Return the current time by the store's clock."""
        return self.clock(self.connection)

    @cached_property
    def directory(self) -> Directory:
        """Access domains and people."""
        return Directory(self.connection)

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
    def statuses(self) -> Statuses:
        """Access people's statuses."""
        return Statuses(self.connection)

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
    def events(self) -> Events:
        """Access events."""
        return Events(self.connection)


#: Runs at the start of every transaction; it raises if the transaction must not begin.
Check = Callable[[Transaction], None]


def _nothing_to_check(_transaction: Transaction) -> None:
    """Accept every transaction."""


class Session:
    """A connection for one transaction after another."""

    def __init__(
        self,
        connection: Connection,
        clock: Clock,
        check: Check = _nothing_to_check,
        daily_reply_bytes: int = DAILY_BYTES,
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._check = check
        self._daily_reply_bytes = daily_reply_bytes

    @property
    def writes_alone(self) -> bool:
        """Return whether a writer blocks all others: SQLite locks the file, not rows."""
        return self._connection.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Begin a transaction that only reads."""
        with self._connection.begin():
            yield self._begun()

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Begin a transaction that is committed when its block ends, and rolled back when the block raises."""
        self._connection.execution_options(presently_writes=True)
        try:
            with self._connection.begin():
                yield self._begun()
        finally:
            self._connection.execution_options(presently_writes=False)

    def _begun(self) -> Transaction:
        transaction = Transaction(self._connection, self._clock, self._daily_reply_bytes)
        self._check(transaction)
        return transaction


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
        self._clock = clock
        self._daily_reply_bytes = daily_reply_bytes
        self._check: Check = _nothing_to_check

    def behind(self, check: Check) -> "Store":
        """Return a copy of the store that runs `check` at the start of every transaction; both share one engine."""
        guarded = copy(self)
        guarded._check = check  # noqa: SLF001 (it is our own)
        return guarded

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open a session on a pooled connection, which is tested once and not before each transaction."""
        with self.engine.connect() as connection:
            yield Session(connection, self._clock, self._check, self._daily_reply_bytes)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Begin a transaction that only reads."""
        with self.session() as session, session.reading() as transaction:
            yield transaction

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Begin a transaction that is committed when its block ends, and rolled back when the block raises."""
        with self.session() as session, session.writing() as transaction:
            yield transaction

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()
