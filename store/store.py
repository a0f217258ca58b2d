"""The store as the doors use it: a transaction at a time, each with its tables at hand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection, Engine

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
from store.reply_usage import DAILY, ReplyUsage
from store.statuses import Statuses

Clock = Callable[[Connection], datetime]


@dataclass(frozen=True)
class Transaction:
    """One transaction: everything in it becomes true together, or nothing does."""

    connection: Connection
    clock: Clock
    daily_reply_bytes: int = DAILY

    def now(self) -> datetime:
        """Return the moment by the store's clock."""
        return self.clock(self.connection)

    @cached_property
    def directory(self) -> Directory:
        """Return the domains and their people."""
        return Directory(self.connection)

    @cached_property
    def accounts(self) -> Accounts:
        """Return who may log in."""
        return Accounts(self.connection)

    @cached_property
    def listings(self) -> Listings:
        """Return the lists that administrators leaf through."""
        return Listings(self.connection)

    @cached_property
    def definitions(self) -> Definitions:
        """Return the profile statuses that domains have."""
        return Definitions(self.connection)

    @cached_property
    def clients(self) -> Clients:
        """Return the OAuth clients and their tokens."""
        return Clients(self.connection)

    @cached_property
    def statuses(self) -> Statuses:
        """Return people's statuses."""
        return Statuses(self.connection)

    @cached_property
    def reply_texts(self) -> ReplyTexts:
        """Return what is remembered for the next out-of-office."""
        return ReplyTexts(self.connection)

    @cached_property
    def reply_usage(self) -> ReplyUsage:
        """Return how much reply text was stored for people today."""
        return ReplyUsage(self.connection, self.daily_reply_bytes)

    @cached_property
    def due(self) -> Due:
        """Return what time has to do."""
        return Due(self.connection, self.now)

    @cached_property
    def events(self) -> Events:
        """Return what happened."""
        return Events(self.connection)


#: What a transaction begins with; it raises where there shall be none.
Check = Callable[[Transaction], None]


def _nothing_to_check(_transaction: Transaction) -> None:
    """Let the transaction begin."""


class Session:
    """A connection that is held, for one transaction after another."""

    def __init__(
        self,
        connection: Connection,
        clock: Clock,
        check: Check = _nothing_to_check,
        daily_reply_bytes: int = DAILY,
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._check = check
        self._daily_reply_bytes = daily_reply_bytes

    @property
    def writes_alone(self) -> bool:
        """Return whether every other writer waits while this one writes: SQLite locks the file, not rows."""
        return self._connection.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Give a transaction that only reads."""
        with self._connection.begin():
            yield self._begun()

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Give a transaction that is committed when its block ends, and undone when the block raises."""
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
    """Everything that is kept, at one URL.

    Raises:
        BadStoreUrl: the URL is neither of a SQLite file nor of a PostgreSQL database.
    """

    def __init__(  # noqa: PLR0913 (each is chosen by another door)
        self,
        url: str,
        *,
        clock: Clock = read_clock,
        pool_size: int = 16,
        by_index: bool = False,
        limits: Limits = UNLIMITED,
        daily_reply_bytes: int = DAILY,
    ) -> None:
        self.engine: Engine = connect(url, pool_size=pool_size, by_index=by_index, limits=limits)
        self._clock = clock
        self._daily_reply_bytes = daily_reply_bytes
        self._check: Check = _nothing_to_check

    def behind(self, check: Check) -> "Store":
        """Return the same store to somebody for whom every transaction begins with `check`."""
        guarded = copy(self)
        guarded._check = check  # noqa: SLF001 (it is our own)
        return guarded

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Give a connection that was found to work, so that no transaction has to ask again."""
        with self.engine.connect() as connection:
            yield Session(connection, self._clock, self._check, self._daily_reply_bytes)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Give a transaction that only reads."""
        with self.session() as session, session.reading() as transaction:
            yield transaction

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Give a transaction that is committed when its block ends, and undone when the block raises."""
        with self.session() as session, session.writing() as transaction:
            yield transaction

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()
