"""The PostgreSQL that every system of the benchmark uses."""

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
from harness import postgres
from store import migrate
from store.store import Store

_NAME: Final = "bench"

#: The only setting that is not PostgreSQL's default: it records the time of each commit.
_SETTINGS: Final = ("track_commit_timestamp=on",)

#: Lateness is the commit time that PostgreSQL recorded for the transaction that wrote the event, minus the time at
#: which the status was due. A time written into the row would be earlier than the commit; a time observed from outside
#: would include the reading. PostgreSQL takes the time when it makes the commit record, so the flush to disk after it
#: (a tenth of a millisecond, the same for every system) is not included. The event's transaction is used, not the
#: status', because an event is written once and never changed.
_DONE: Final = """
    SELECT person_id, extract(epoch FROM pg_xact_commit_timestamp(xmin) - due_at) * 1000
    FROM event WHERE kind = 'PROMOTED'"""


class PostgreSQL:
    """A database on a temporary server."""

    def __init__(self, server: str) -> None:
        self._server = psycopg.connect(server, autocommit=True)
        self._connection = self._server
        self.url = server.replace("/presently?", f"/{_NAME}?")

    def renew(self, people: int) -> None:
        """Recreate the database, with so many people in domain 1 and no statuses."""
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
        """Update the tables' statistics, as autovacuum does in a running service, and write a checkpoint."""
        self._connection.execute("VACUUM (ANALYZE) person, status, event")
        self._connection.execute("CHECKPOINT")

    def now(self) -> datetime:
        """Return the time of its clock."""
        moment: datetime = self._scalar("SELECT clock_timestamp()")
        return moment.astimezone(UTC)

    def count(self) -> int:
        """Count the transitions so far."""
        counted: int = self._scalar("SELECT count(*) FROM event WHERE kind = 'PROMOTED'")
        return counted

    def done(self) -> list[Done]:
        """List every transition with the lateness of its commit."""
        return [Done(person_id, float(late)) for person_id, late in self._connection.execute(_DONE)]

    def cpu_seconds(self) -> float:
        """Return the processor time that the server has used so far."""
        backend = psutil.Process(self._server.info.backend_pid)
        return cpu_seconds(backend.parent() or backend)

    def version(self) -> str:
        """Return the server's version."""
        return f"{self._server.info.server_version // 10000}.{self._server.info.server_version % 10000}"

    def close(self) -> None:
        """Close the connections."""
        self._connection.close()
        self._server.close()

    def _scalar(self, query: LiteralString) -> Any:
        (value,) = self._connection.execute(query).fetchone() or (None,)
        return value


@contextmanager
def running() -> Iterator[PostgreSQL]:
    """Run a server until the block ends; it flushes its commits to disk."""
    with postgres.running(settings=_SETTINGS) as server, closing(PostgreSQL(server)) as database:
        yield database
