"""SQLite, on which only Presently is measured."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import delete, func, insert, select

from bench.database import Done
from bench.entry import Entry
from bench.people import DOMAIN, PEOPLE, ZONE, status_row
from store import migrate, tables
from store.store import Store

_EVENT: Final = tables.event.c
_MILLISECOND: Final = timedelta(milliseconds=1)


class SQLite:
    """A temporary file.

    SQLite records no commit time, so lateness is the time that the worker writes into the event, near the end of its
    transaction. That is before the commit, by the milliseconds that writing a batch's events takes.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self.url = f"sqlite:///{file}"

    def renew(self, people: int) -> None:
        """Recreate the database, with so many people in domain 1 and no statuses."""
        for file in self._file.parent.glob(f"{self._file.name}*"):
            file.unlink()
        migrate.upgrade(self.url)
        with closing(Store(self.url)) as store, store.writing() as transaction:
            transaction.directory.add_domain(DOMAIN, ZONE)
            transaction.connection.exec_driver_sql(PEOPLE.replace("%s", "?"), (people,))

    def write(self, entries: Sequence[Entry]) -> None:
        """Write a reserved status for each, in one transaction."""
        with closing(Store(self.url)) as store, store.writing() as transaction:
            transaction.connection.execute(insert(tables.status), [status_row(entry) for entry in entries])

    def remove(self, entry: Entry) -> None:
        """Delete an entry's status."""
        with closing(Store(self.url)) as store, store.writing() as transaction:
            transaction.connection.execute(delete(tables.status).where(tables.status.c.id == entry.status_id))

    def settle(self) -> None:
        """Do nothing: SQLite has no work in the background."""

    def now(self) -> datetime:
        """Return the time of its clock."""
        with closing(Store(self.url)) as store, store.reading() as transaction:
            return transaction.now()

    def count(self) -> int:
        """Count the transitions so far."""
        with closing(Store(self.url)) as store, store.reading() as transaction:
            query = select(func.count()).where(_EVENT.kind == "PROMOTED")
            return transaction.connection.execute(query).scalar_one()

    def done(self) -> list[Done]:
        """List every transition with the lateness of its event."""
        query = select(_EVENT.person_id, _EVENT.committed_at, _EVENT.due_at).where(_EVENT.kind == "PROMOTED")
        with closing(Store(self.url)) as store, store.reading() as transaction:
            rows = transaction.connection.execute(query).all()
        return [Done(row.person_id, (row.committed_at - row.due_at) / _MILLISECOND) for row in rows]

    def cpu_seconds(self) -> float:
        """Return zero: SQLite runs in the processes that use it."""
        return 0.0


@contextmanager
def running() -> Iterator[SQLite]:
    """Make a database that exists until the block ends."""
    with TemporaryDirectory(prefix="presently-bench-") as folder:
        yield SQLite(Path(folder) / "bench.db")
