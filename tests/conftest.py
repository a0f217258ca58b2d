"""Fixtures for all tests: stores on both databases, a broker, a clock, and the profiles of Hypothesis."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from zoneinfo import reset_tzpath

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql
from sqlalchemy.engine import make_url

from domain.directory import Person
from harness import broker, postgres
from store import migrate
from store.store import Store
from store.tables import metadata
from tests.builders import HandClock
from tests.store.builders import add_domain_with_people

# As in every process of Presently, and in those that the tests start: time zones are those of the package tzdata.
os.environ["PYTHONTZPATH"] = ""
reset_tzpath(())

settings.register_profile("quick", max_examples=100, deadline=None, derandomize=True)
settings.register_profile("thorough", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


#: The folders, and the files of others, whose tests may run in parallel, except those marked `alone` themselves.
_AT_ONCE: Final = {
    "api",
    "bench",
    "bootstrap",
    "broker",
    "browser",
    "cli",
    "config",
    "domain",
    "journey/test_secrets.py",
    "journey/test_watchdog.py",
    "ops",
    "security",
    "services",
    "store",
    "tools",
    "workarounds",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option `--faults`, which runs the whole fault suite."""
    parser.addoption(
        "--faults",
        action="store_true",
        help="run the fault suite, whole: every case, with 20,000 statuses each",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests of the other folders `alone`, and deselect the tests of the other form.

    That is those marked `whole`, or all outside the fault suite.
    """
    for item in items:
        if not {_folder(item), _file(item).as_posix()} & _AT_ONCE:
            item.add_marker("alone")
    whole = config.getoption("--faults")
    wanted = [
        item
        for item in items
        if (_folder(item) == "faults" if whole else not item.get_closest_marker("whole"))
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in wanted])
    items[:] = wanted


def _folder(item: pytest.Item) -> str:
    """Return the folder of `tests` that the test is in."""
    return _file(item).parts[0]


def _file(item: pytest.Item) -> Path:
    """Return the path in `tests` of the file that the test is in."""
    return item.path.relative_to(Path(__file__).parent)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Run a temporary PostgreSQL server, and yield its URL; without PostgreSQL the test fails."""
    with postgres.running() as url:
        yield url


@pytest.fixture(scope="session")
def broker_url() -> Iterator[str]:
    """Run a temporary broker, and yield its URL."""
    with broker.running() as url:
        yield url


@pytest.fixture(scope="session")
def _migrated_postgresql(postgresql_server: str) -> Iterator[str]:
    with _database(postgresql_server) as url:
        migrate.upgrade(url)
        with psycopg.connect(url, autocommit=True) as connection:
            name = sql.Identifier(connection.info.dbname)
            # A wait for a lock that is never released fails, instead of blocking the test run.
            connection.execute(sql.SQL("ALTER DATABASE {} SET lock_timeout = '20s'").format(name))
        yield url


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("migrated") / "presently.sqlite3"
    migrate.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def postgresql_url(_migrated_postgresql: str) -> str:
    """Return the URL of an empty store on PostgreSQL, with its tables."""
    # TRUNCATE makes new files of every table and index: for a few rows that takes five times as long.
    deleting = [
        sql.SQL("DELETE FROM {}").format(sql.Identifier(table.name))
        for table in reversed(metadata.sorted_tables)
    ]
    with psycopg.connect(_migrated_postgresql) as connection:
        connection.execute(sql.SQL("; ").join(deleting))
        connection.execute(
            "SELECT setval(sequencename::regclass, start_value, false) FROM pg_sequences "
            "WHERE schemaname = 'public'"
        )
    return _migrated_postgresql


@pytest.fixture
def sqlite_url(_migrated_sqlite: Path, tmp_path: Path) -> str:
    """Return the URL of an empty store on SQLite, with its tables."""
    file = tmp_path / "presently.sqlite3"
    shutil.copy(_migrated_sqlite, file)
    return f"sqlite:///{file}"


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """Return the URL of an empty store with its tables, on each database in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def blank_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the URL of a database without tables, of each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'blank.sqlite3'}"
    else:
        with _database(request.getfixturevalue("postgresql_server")) as url:
            yield url


@pytest.fixture
def clock() -> HandClock:
    """Return a clock that only the test moves."""
    return HandClock()


@pytest.fixture
def store(store_url: str, clock: HandClock) -> Iterator[Store]:
    """Open a store that uses `clock`, on each database in turn."""
    opened = Store(store_url, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def people(store: Store) -> list[Person]:
    """Return the ten people of domain 1, example.com in Seoul."""
    return add_domain_with_people(store)


@pytest.fixture
def person(people: list[Person]) -> Person:
    """Return the first of them."""
    return people[0]


@pytest.fixture(params=["SQL_ASCII", "LATIN1"])
def narrow_url(request: pytest.FixtureRequest, postgresql_server: str) -> Iterator[str]:
    """Yield the URL of a blank database with an encoding other than UTF8, each in turn."""
    with _database(postgresql_server, encoding=request.param) as url:
        yield f"{url}&application_name={request.param.lower()}"


@contextmanager
def _database(server: str, encoding: str = "UTF8") -> Iterator[str]:
    """Make a blank database on `server`, yield its URL, and drop it."""
    name = f"presently_{secrets.token_hex(6)}"
    create = sql.SQL("CREATE DATABASE {} ENCODING {} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(create.format(sql.Identifier(name), sql.Literal(encoding)))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
