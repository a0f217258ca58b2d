"""A fixed measure for bookings: the statements that one took on 2026-11-21, on the tables of that day, by pgbench."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

import psycopg
from sqlalchemy.engine import make_url

from bench.people import DOMAIN, PEOPLE, ZONE
from bench.posting import pgbench
from bench.posting.load import CLIENTS
from store import migrate

_SCRIPT: Final = Path(__file__).with_suffix(".sql")
_MIGRATION: Final = "2026_11_21_removed_domains"
_NAME: Final = "before"
#: How many people one run books for, each once.
_BOOKINGS: Final = 250 * CLIENTS


def per_second(url: str, folder: Path, rounds: int) -> float:
    """Return the median of so many runs in bookings per second, in a database of its own on the server of `url`.

    Raises:
        Mistake: there is no pgbench, or a statement failed.
    """
    with _database(url, rounds * _BOOKINGS) as before:
        firsts = range(1, rounds * _BOOKINGS, _BOOKINGS)
        people = (range(first, first + _BOOKINGS) for first in firsts)
        return median(pgbench.run(_SCRIPT.read_text(), before, folder, each).per_second for each in people)


@contextmanager
def _database(url: str, people: int) -> Iterator[str]:
    before = make_url(url).set(database=_NAME).render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {_NAME}")
        migrate.upgrade(before, to=_MIGRATION)
        with psycopg.connect(before, autocommit=True) as connection:
            connection.execute("INSERT INTO domain (id, name, zone) VALUES (1, %s, %s)", (DOMAIN, ZONE))
            connection.execute(PEOPLE, (people,))
            connection.execute("VACUUM (ANALYZE) person")
        yield before
        server.execute(f"DROP DATABASE {_NAME} WITH (FORCE)")
