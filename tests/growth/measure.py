"""Measures a store that `fill.sql` filled: `python -m tests.growth.measure URL`, on the machine of the database.

For each request: how long it takes, how much processor time PostgreSQL spends on it, and how many pages it
touches. The server must have been started with `shared_preload_libraries=pg_stat_statements`.
"""

import random
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from statistics import median

import psutil
from sqlalchemy import func, select, text, update

from domain.auto_reply import Audience, AutoReply, Reply
from domain.credentials import Login
from domain.directory import PersonReference
from domain.events import Author
from domain.timeline import delete
from store import tables
from store.due import Kind
from store.store import Store, Transaction
from tests.builders import a_draft
from tests.store.builders import change
from tests.writes import post
from worker.drain import drain

Ask = Callable[[Transaction, int], object]

BY = Author("measure", "measure")
REPLY = AutoReply(internal=Reply(body="I am away; " * 50, is_html=True), external=None, audience=Audience.ALL)
STORM = 10_000
HOUR = timedelta(hours=1)


def address(person: int) -> str:
    """Return somebody's mail address, as `fill.sql` gives them."""
    return f"u{person}@d{1 + person // 50001}.example"


def reserve(transaction: Transaction, person: int) -> None:
    """Book a leave with an auto-reply, replacing the reserved status."""
    starts_at = transaction.now() + timedelta(days=20)
    draft = a_draft("ABSENCE", starts_at=starts_at, ends_at=starts_at + HOUR, auto_reply=REPLY)
    change(transaction, person, lambda kept, now: post(kept, draft, now)[0], by=BY)


def present(transaction: Transaction, person: int) -> None:
    """Post a present status."""
    draft = a_draft(ends_at=transaction.now() + 100 * HOUR)
    change(transaction, person, lambda kept, now: post(kept, draft, now)[0], by=BY)


def remove(transaction: Transaction, person: int) -> None:
    """Delete one status, if there is one."""
    change(transaction, person, lambda kept, now: delete(kept, kept[0].id, now) if kept else (), by=BY)


READS: dict[str, Ask] = {
    "person by address": lambda store, n: store.directory.person(
        1 + n // 50001, PersonReference(email=address(n))
    ),
    "person by key": lambda store, n: store.directory.person(
        1 + n // 50001, PersonReference(external_key=f"K{n}")
    ),
    "standing": lambda store, n: store.situations.standing(Login(f"user{n}", "")),
    "revoked?": lambda store, n: store.clients.is_void(f"token{n}", f"family{n}"),
    "statuses": lambda store, n: store.statuses.of(n),
    "reply texts": lambda store, n: store.reply_texts.of(n),
    "100 people": lambda store, n: store.directory.page(1 + n // 50001, after=n, limit=101),
    "login": lambda store, n: store.accounts.named(address(n)),
    "next start": lambda store, _: store.due.next(Kind.START),
    "next end": lambda store, _: store.due.next(Kind.END),
    "figures": lambda store, _: store.statuses.counts(),
}
WAITING = {Kind.START: ("RESERVED", "in_force_at"), Kind.END: ("PRESENT", "ends_at")}
WRITES: dict[str, Ask] = {"reserve": reserve, "present": present, "remove": remove}


class Probe:
    """Measures requests on one connection."""

    def __init__(self, url: str) -> None:
        self.store = Store(url, pool_size=1)
        with self.store.writing() as transaction:
            connection = transaction.connection
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_stat_statements"))
            self.people: int = connection.execute(text("SELECT max(id) FROM person")).scalar_one()
            pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        self._backend = psutil.Process(pid)

    def measure(self, name: str, ask: Callable[[], object], *, times: int = 1, each: int = 1) -> None:
        """Run a request so many times, and print its cost; one run counts for `each`."""
        for _ in range(times // 10):
            ask()
        self.run("SELECT pg_stat_statements_reset()")
        took, before = [], self._spent()
        for _ in range(times):
            begun = time.perf_counter()
            ask()
            took.append(time.perf_counter() - begun)
        spent, count = self._spent() - before, times * each
        pages = self.run("SELECT sum(shared_blks_hit + shared_blks_read) FROM pg_stat_statements") / count
        figures = (median(took) / each * 1000, spent / count * 1000, pages)
        print("{:24}{:10.3f} ms{:10.3f} ms of CPU{:10.1f} pages".format(name, *figures), flush=True)  # noqa: T201 (what it is for)

    def run(self, statement: str) -> float:
        """Return the single value of a statement's result."""
        with self.store.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            answer = connection.execute(text(statement))
            return float(answer.scalar() or 0) if answer.returns_rows else answer.rowcount

    def _spent(self) -> float:
        times = self._backend.cpu_times()
        return times.user + times.system


def main(url: str) -> None:
    """Measure everything, reads before writes."""
    probe = Probe(url)
    chance = random.Random(4)  # noqa: S311 (no secret)

    def read(ask: Ask) -> None:
        with probe.store.reading() as transaction:
            ask(transaction, chance.randint(1, probe.people))

    def write(ask: Ask) -> None:
        with probe.store.writing() as transaction:
            ask(transaction, chance.randint(1, probe.people))

    for name, ask in READS.items():
        probe.measure(name, partial(read, ask), times=1000)
    for name, ask in WRITES.items():
        probe.measure(name, partial(write, ask), times=1000)
    for kind, (schedule_type, due_at) in WAITING.items():
        brew(probe.store, schedule_type, due_at)
        probe.measure(f"storm, {kind}", partial(carry_out, probe.store, kind), each=STORM)
    probe.measure("clear status", lambda: probe.run("VACUUM status"))
    probe.measure("forget", partial(forget, probe.store), times=100, each=1000)
    probe.measure("clear event", lambda: probe.run("VACUUM (INDEX_CLEANUP ON) event"))


def brew(store: Store, schedule_type: str, due_at: str) -> None:
    """Make ten thousand statuses due at this time."""
    these = tables.status.tablesample(func.bernoulli(5))
    chosen = select(these.c.id).where(these.c.schedule_type == schedule_type).limit(STORM)
    with store.writing() as transaction:
        this = tables.status.c.id.in_(chosen.where(these.c.ends_at > transaction.now() + 24 * HOUR))
        soon = update(tables.status).where(this).values({due_at: transaction.now()})
        transaction.connection.execute(soon)


def carry_out(store: Store, kind: Kind) -> None:
    """Make due transitions, as a worker does."""
    with store.reading() as transaction:
        now = transaction.now()
    while drain(store, kind, now).is_unfinished:
        pass


def forget(store: Store) -> None:
    """Delete the oldest thousand events."""
    with store.writing() as transaction:
        assert transaction.events.forget(transaction.now() - timedelta(days=100), limit=1000) == 1000


if __name__ == "__main__":
    main(sys.argv[1])
