"""SQLite, on which Presently is measured alone."""

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
    """A file that is thrown away after the run.

    It keeps no moment of commit, so lateness is read from what the worker puts into the event, at the end of its
    transaction: that is before the commit, by the milliseconds that writing a batch's events takes.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self.url = f"sqlite:///{file}"

    def renew(self, people: int) -> None:
        """Begin anew, with so many people in domain 1 who have no statuses."""
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
        """Do nothing: what is written is in its place."""

    def now(self) -> datetime:
        """Return the moment by its clock."""
        with closing(Store(self.url)) as store, store.reading() as transaction:
            return transaction.now()

    def count(self) -> int:
        """Return how many transitions there were."""
        with closing(Store(self.url)) as store, store.reading() as transaction:
            query = select(func.count()).where(_EVENT.kind == "PROMOTED")
            return transaction.connection.execute(query).scalar_one()

    def done(self) -> list[Done]:
        """Return every transition, and how late its event was written."""
        query = select(_EVENT.person_id, _EVENT.committed_at, _EVENT.due_at).where(_EVENT.kind == "PROMOTED")
        with closing(Store(self.url)) as store, store.reading() as transaction:
            rows = transaction.connection.execute(query).all()
        return [Done(row.person_id, (row.committed_at - row.due_at) / _MILLISECOND) for row in rows]

    def cpu_seconds(self) -> float:
        """Return nothing: SQLite runs in the processes that use it."""
        return 0.0


@contextmanager
def running() -> Iterator[SQLite]:
    """Give a database until the block ends."""
    with TemporaryDirectory(prefix="presently-bench-") as folder:
        yield SQLite(Path(folder) / "bench.db")
