"""PostgreSQL, as every system of the benchmark has it."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any, Final, LiteralString

import psutil
import psycopg

from bench.database import Done
from bench.entry import Entry
from bench.people import DOMAIN, PEOPLE, ZONE, status_row
from bench.usage import cpu_seconds
from store import migrate
from store.store import Store
from tests import postgres

_NAME: Final = "bench"

#: PostgreSQL as it is installed, but for this one: it keeps when each transaction was committed.
_SETTINGS: Final = ("track_commit_timestamp=on",)

#: Lateness is read from the commit: the moment that PostgreSQL itself put down for the transaction that wrote the
#: event, less the moment that the status was due. What a process could write into the row is earlier than the commit,
#: and what a process could see from outside is later by its own reading. The moment is taken as the commit record is
#: made, so the flush to disk behind it (a tenth of a millisecond, for every system the same) is not in it. The event's
#: transaction is asked, not the status', for an event is written once and never touched again.
_DONE: Final = """
    SELECT person_id, extract(epoch FROM pg_xact_commit_timestamp(xmin) - due_at) * 1000
    FROM event WHERE kind = 'PROMOTED'"""


class PostgreSQL:
    """A database on a server that is thrown away after the run."""

    def __init__(self, server: str) -> None:
        self._server = psycopg.connect(server, autocommit=True)
        self._connection = self._server
        self.url = server.replace("/presently?", f"/{_NAME}?")

    def renew(self, people: int) -> None:
        """Begin anew, with so many people in domain 1 who have no statuses."""
        if self._connection is not self._server:
            self._connection.close()
        self._server.execute(f"DROP DATABASE IF EXISTS {_NAME} WITH (FORCE)")
        self._server.execute(f"CREATE DATABASE {_NAME}")
        migrate.upgrade(self.url)
        with closing(Store(self.url, pool_size=1)) as store, store.writing() as transaction:
            transaction.directory.add_domain(DOMAIN, ZONE)
        self._connection = psycopg.connect(self.url, autocommit=True)
        self._connection.execute(PEOPLE, (people,))
        self.settle()

    def write(self, entries: Sequence[Entry]) -> None:
        """Write a reserved status for each, in one transaction."""
        columns = ", ".join(status_row(entries[0]))
        with (
            self._connection.cursor() as cursor,
            cursor.copy(f"COPY status ({columns}) FROM STDIN") as copy,
        ):
            for entry in entries:
                copy.write_row(tuple(status_row(entry).values()))

    def remove(self, entry: Entry) -> None:
        """Delete an entry's status."""
        self._connection.execute("DELETE FROM status WHERE id = %s", (entry.status_id,))

    def settle(self) -> None:
        """Have the tables' statistics up to date, as they are in a service that runs, and write out what is dirty."""
        self._connection.execute("VACUUM (ANALYZE) person, status, event")
        self._connection.execute("CHECKPOINT")

    def now(self) -> datetime:
        """Return the moment by its clock."""
        moment: datetime = self._scalar("SELECT clock_timestamp()")
        return moment.astimezone(UTC)

    def count(self) -> int:
        """Return how many transitions there were."""
        counted: int = self._scalar("SELECT count(*) FROM event WHERE kind = 'PROMOTED'")
        return counted

    def done(self) -> list[Done]:
        """Return every transition, and how late it was committed."""
        return [Done(person_id, float(late)) for person_id, late in self._connection.execute(_DONE)]

    def cpu_seconds(self) -> float:
        """Return how much processor time the server has taken so far."""
        backend = psutil.Process(self._server.info.backend_pid)
        return cpu_seconds(backend.parent() or backend)

    def version(self) -> str:
        """Return the server's version."""
        return f"{self._server.info.server_version // 10000}.{self._server.info.server_version % 10000}"

    def close(self) -> None:
        """Let go of the server."""
        self._connection.close()
        self._server.close()

    def _scalar(self, query: LiteralString) -> Any:
        (value,) = self._connection.execute(query).fetchone() or (None,)
        return value


@contextmanager
def running() -> Iterator[PostgreSQL]:
    """Run a server until the block ends; what it commits goes to the disk."""
    with postgres.running(settings=_SETTINGS) as server, closing(PostgreSQL(server)) as database:
        yield database
