"""Fixtures of the fault tests: a deployment on each database, with its own server and many people."""

from collections.abc import Generator, Iterator
from typing import Final

import pytest

from domain.directory import Person
from harness import postgres
from harness.postgres import Cluster
from tests.journey.house import House, built
from tests.store.builders import add_domain_with_people, wipe

#: The number of people; each has two statuses, so there are 20,000 in the whole form.
_MANY: Final = 10_000
_FEW: Final = 200

_LINES_SHOWN: Final = 40


@pytest.fixture(scope="session")
def _count(pytestconfig: pytest.Config) -> int:
    return _MANY if pytestconfig.getoption("--faults") else _FEW


@pytest.fixture(scope="package")
def _sqlite_house(tmp_path_factory: pytest.TempPathFactory, _count: int) -> Iterator[House]:
    data = tmp_path_factory.mktemp("faults") / "data"
    with built(
        data, f"sqlite:///{data.parent / 'presently.db'}", api_processes=2, requests_per_client=1_000_000
    ) as house:
        add_domain_with_people(house.store, _count)
        yield house


@pytest.fixture(scope="package")
def cluster() -> Iterator[Cluster]:
    """Run the PostgreSQL of a deployment; it flushes to disk, as in production."""
    with postgres.cluster() as running:
        yield running


@pytest.fixture(scope="package")
def _postgresql_house(
    tmp_path_factory: pytest.TempPathFactory, cluster: Cluster, _count: int
) -> Iterator[House]:
    data = tmp_path_factory.mktemp("faults") / "data"
    with built(data, cluster.url, api_processes=2, requests_per_client=1_000_000) as house:
        add_domain_with_people(house.store, _count)
        yield house


@pytest.fixture
def sqlite_house(_sqlite_house: House) -> House:
    """Return a deployment on SQLite with beat and a worker, and without statuses."""
    return _ready(_sqlite_house)


@pytest.fixture
def postgresql_house(_postgresql_house: House) -> House:
    """Return the same on PostgreSQL."""
    return _ready(_postgresql_house)


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest) -> House:
    """Return the same on each database in turn."""
    found: House = request.getfixturevalue(f"{request.param}_house")
    return found


@pytest.fixture
def crowd(house: House) -> list[Person]:
    """Return the people of the deployment."""
    return everybody(house)


def everybody(house: House) -> list[Person]:
    """Return the people of a deployment."""
    with house.store.reading() as transaction:
        return transaction.directory.people(1)


def _ready(house: House) -> House:
    for name in house.others("broker", "beat", "worker"):
        house.stop(name)
    wipe(house.store)
    for name in ("broker", "beat", "worker"):
        if not house.is_running(name):
            house.start(name)
    house.wait_for_heartbeat("beat", "worker")
    return house


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the last output of the processes if a test failed."""
    report = yield
    houses = [value for value in getattr(item, "funcargs", {}).values() if isinstance(value, House)]
    if report.failed and houses:
        for name, text in houses[0].logs():
            lines = text.splitlines()[-_LINES_SHOWN:]
            report.sections.append((f"the last lines of {name}", "\n".join(lines)))
    return report
