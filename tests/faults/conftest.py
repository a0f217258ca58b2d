"""Fixtures of the fault tests: a deployment on each database, with its own server and many people."""

from collections.abc import Generator, Iterator
from typing import Final

import pytest

from domain.directory import Person
from harness import postgres
from harness.postgres import Cluster
from tests.journey.deployment import Deployment, built
from tests.store.builders import add_domain_with_people, wipe

#: The number of people; each has two statuses, so there are 20,000 in the whole form.
_MANY: Final = 10_000
_FEW: Final = 200

_LINES_SHOWN: Final = 40


@pytest.fixture(scope="session")
def _count(pytestconfig: pytest.Config) -> int:
    return _MANY if pytestconfig.getoption("--faults") else _FEW


@pytest.fixture(scope="package")
def _sqlite_deployment(tmp_path_factory: pytest.TempPathFactory, _count: int) -> Iterator[Deployment]:
    data = tmp_path_factory.mktemp("faults") / "data"
    with built(
        data, f"sqlite:///{data.parent / 'presently.db'}", api_processes=2, requests_per_client=1_000_000
    ) as deployment:
        add_domain_with_people(deployment.store, _count)
        yield deployment


@pytest.fixture(scope="package")
def cluster() -> Iterator[Cluster]:
    """Run the PostgreSQL of a deployment; it flushes to disk, as in production."""
    with postgres.cluster() as running:
        yield running


@pytest.fixture(scope="package")
def _postgresql_deployment(
    tmp_path_factory: pytest.TempPathFactory, cluster: Cluster, _count: int
) -> Iterator[Deployment]:
    data = tmp_path_factory.mktemp("faults") / "data"
    with built(data, cluster.url, api_processes=2, requests_per_client=1_000_000) as deployment:
        add_domain_with_people(deployment.store, _count)
        yield deployment


@pytest.fixture
def sqlite_deployment(_sqlite_deployment: Deployment) -> Deployment:
    """Return a deployment on SQLite with beat and a worker, and without statuses."""
    return _ready(_sqlite_deployment)


@pytest.fixture
def postgresql_deployment(_postgresql_deployment: Deployment) -> Deployment:
    """Return the same on PostgreSQL."""
    return _ready(_postgresql_deployment)


@pytest.fixture(params=["sqlite", "postgresql"])
def deployment(request: pytest.FixtureRequest) -> Deployment:
    """Return the same on each database in turn."""
    found: Deployment = request.getfixturevalue(f"{request.param}_deployment")
    return found


@pytest.fixture
def crowd(deployment: Deployment) -> list[Person]:
    """Return the people of the deployment."""
    return everybody(deployment)


def everybody(deployment: Deployment) -> list[Person]:
    """Return the people of a deployment."""
    with deployment.store.reading() as transaction:
        return transaction.directory.people(1)


def _ready(deployment: Deployment) -> Deployment:
    for name in deployment.others("broker", "beat", "worker"):
        deployment.stop(name)
    wipe(deployment.store)
    for name in ("broker", "beat", "worker"):
        if not deployment.is_running(name):
            deployment.start(name)
    deployment.wait_for_heartbeat("beat", "worker")
    return deployment


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the last output of the processes if a test failed."""
    report = yield
    deployments = [value for value in getattr(item, "funcargs", {}).values() if isinstance(value, Deployment)]
    if report.failed and deployments:
        for name, text in deployments[0].logs():
            lines = text.splitlines()[-_LINES_SHOWN:]
            report.sections.append((f"the last lines of {name}", "\n".join(lines)))
    return report
