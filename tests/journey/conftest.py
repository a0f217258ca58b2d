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
from tests.journey.deployment import Deployment, built
from tests.journey.person import PersonClient
from tests.store.builders import add_domain_with_people

_PEOPLE: Final = 40
_LINES_SHOWN: Final = 40


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def _deployment(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    folder = tmp_path_factory.mktemp("deployment")
    with _database(request, folder) as url, built(folder / "data", url) as deployment:
        add_domain_with_people(deployment.store, _PEOPLE)
        yield deployment
        assert _done_more_than_once(deployment) == []


@pytest.fixture(scope="package")
def _people(_deployment: Deployment) -> Iterator[int]:
    return iter(range(1, _PEOPLE + 1))


@pytest.fixture
def deployment(_deployment: Deployment) -> Deployment:
    """Return a deployment in which everything runs; restart what the last test stopped."""
    _deployment.start_what_is_missing()
    return _deployment


@pytest.fixture
def person(deployment: Deployment, _people: Iterator[int]) -> PersonClient:
    """Return a new person without statuses and events."""
    return PersonClient(deployment, next(_people))


@pytest.fixture
def other_person(deployment: Deployment, _people: Iterator[int]) -> PersonClient:
    """Return another new person without statuses and events."""
    return PersonClient(deployment, next(_people))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the last output of the processes if a test failed."""
    report = yield
    deployment = getattr(item, "funcargs", {}).get("_deployment")
    if report.failed and deployment is not None:
        for name, text in deployment.logs():
            lines = text.splitlines()[-_LINES_SHOWN:]
            report.sections.append((f"the last lines of {name}", "\n".join(lines)))
    return report


def _done_more_than_once(deployment: Deployment) -> list[Any]:
    """Return the transitions that were made more than once for a status."""
    rows = tables.event.c
    done = select(rows.status_id, rows.kind).where(rows.kind.in_(["PROMOTED", "DISABLED", "LAPSED"]))
    with deployment.store.reading() as transaction:
        repeated = done.group_by(rows.status_id, rows.kind).having(func.count() > 1)
        return list(transaction.connection.execute(repeated))


@contextmanager
def _database(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{folder / 'presently.db'}"
        return
    server = request.getfixturevalue("postgresql_server")
    name = f"journey_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
