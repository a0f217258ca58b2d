"""Fixtures of the journeys: a deployment on each database, and a person in it."""

import secrets
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from store import tables
from tests.journey.house import House, built
from tests.journey.resident import Resident
from tests.store.builders import add_domain_with_people

_PEOPLE: Final = 40
_LINES_SHOWN: Final = 40


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def _house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    with _database(request, folder) as url, built(folder / "data", url) as house:
        add_domain_with_people(house.store, _PEOPLE)
        yield house
        assert _done_more_than_once(house) == []


@pytest.fixture(scope="package")
def _people(_house: House) -> Iterator[int]:
    return iter(range(1, _PEOPLE + 1))


@pytest.fixture
def house(_house: House) -> House:
    """Return a deployment in which everything runs; restart what the last test stopped."""
    _house.start_what_is_missing()
    return _house


@pytest.fixture
def resident(house: House, _people: Iterator[int]) -> Resident:
    """Return a new person without statuses and events."""
    return Resident(house, next(_people))


@pytest.fixture
def neighbour(house: House, _people: Iterator[int]) -> Resident:
    """Return another new person without statuses and events."""
    return Resident(house, next(_people))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the last output of the processes if a test failed."""
    report = yield
    house = getattr(item, "funcargs", {}).get("_house")
    if report.failed and house is not None:
        for name, text in house.logs():
            lines = text.splitlines()[-_LINES_SHOWN:]
            report.sections.append((f"the last lines of {name}", "\n".join(lines)))
    return report


def _done_more_than_once(house: House) -> list[Any]:
    """Return the transitions that were made more than once for a status."""
    rows = tables.event.c
    done = select(rows.status_id, rows.kind).where(rows.kind.in_(["PROMOTED", "DISABLED", "LAPSED"]))
    with house.store.reading() as transaction:
        repeated = done.group_by(rows.status_id, rows.kind).having(func.count() > 1)
        return list(transaction.connection.execute(repeated))


@contextmanager
def _database(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{folder / 'presently.db'}"
        return
    server = request.getfixturevalue("postgresql_server")
    name = f"house_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
