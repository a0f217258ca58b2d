"""A fault of the broker delays by its outage only, and neither beat nor worker must be restarted."""

import resource
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from functools import partial
from typing import Final

import pytest
from redis import RedisError

from domain.directory import Person
from harness.waiting import wait_until
from tests.faults.audit import audit, during
from tests.faults.bookings import book
from tests.faults.moments import wait_for_storm
from tests.journey.deployment import Deployment

_BEFORE: Final = timedelta(seconds=-0.5)
_AFTER: Final = timedelta(seconds=0.5)
_MILLISECOND: Final = timedelta(milliseconds=1)

#: The number of lines that a process may log about an outage of a second or two.
_LINES: Final = 20


@pytest.fixture
def undisturbed(deployment: Deployment) -> Iterator[None]:
    """Check that beat and worker still run, and logged little about the outage."""
    ran = {name: (deployment.pid(name), len(complaints(deployment, name))) for name in ("beat", "worker")}
    yield
    for name, (pid, count) in ran.items():
        assert deployment.is_running(name)
        assert deployment.pid(name) == pid
        assert len(complaints(deployment, name)) - count < _LINES


def complaints(deployment: Deployment, name: str) -> list[str]:
    """Return the log lines of a process that are not about its work."""
    return [line for line in deployment.log(name).splitlines() if "Carried out what was due." not in line]


@pytest.mark.usefixtures("undisturbed")
@pytest.mark.parametrize("comes_back", ["empty", pytest.param("as it was", marks=pytest.mark.whole)])
def test_a_broker_that_is_down_across_the_due_time_costs_its_outage(
    deployment: Deployment, crowd: list[Person], comes_back: str
):
    bookings = book(deployment, crowd)
    wait_for_storm(deployment, bookings, _BEFORE)

    outage = during(
        partial(deployment.kill, "broker"),
        deployment.empty_the_broker if comes_back == "empty" else int,
        partial(wait_for_storm, deployment, bookings, _AFTER),
        partial(deployment.start, "broker"),
    )

    audit(deployment, bookings, outage)


@pytest.mark.whole
@pytest.mark.usefixtures("undisturbed")
@pytest.mark.parametrize("moment", [0 * _MILLISECOND, -20 * _MILLISECOND])
def test_a_flushed_broker_costs_a_second(deployment: Deployment, crowd: list[Person], moment: timedelta):
    bookings = book(deployment, crowd)
    wait_for_storm(deployment, bookings, moment)

    with deployment.redis() as client:
        outage = during(client.flushall)

    audit(deployment, bookings, outage)


@pytest.mark.whole
@pytest.mark.usefixtures("undisturbed")
def test_a_broker_that_is_flushed_again_and_again_costs_as_long_as_it_goes_on(
    deployment: Deployment, crowd: list[Person]
):
    bookings = book(deployment, crowd)
    wait_for_storm(deployment, bookings, _BEFORE)

    def flush_until_after_the_storm() -> None:
        with deployment.redis() as client:
            wait_until(lambda: client.flushall() and deployment.now() >= bookings.storm_at + _AFTER)

    audit(deployment, bookings, during(flush_until_after_the_storm))


@contextmanager
def disk_full(deployment: Deployment) -> Iterator[None]:
    """Prevent the broker's files from growing, as on a full disk, by a limit of its process, which needs no root."""
    files = (deployment.settings.data / "broker" / "appendonlydir").glob("*.incr.aof")
    size = max(file.stat().st_size for file in files)
    unlimited = resource.prlimit(deployment.pid("broker"), resource.RLIMIT_FSIZE)
    resource.prlimit(deployment.pid("broker"), resource.RLIMIT_FSIZE, (size, unlimited[1]))
    try:
        yield
    finally:
        resource.prlimit(deployment.pid("broker"), resource.RLIMIT_FSIZE, unlimited)


@contextmanager
def memory_full(deployment: Deployment) -> Iterator[None]:
    """Make the broker refuse writes for lack of memory."""
    with deployment.redis() as client:
        client.config_set("maxmemory", 1)
        try:
            yield
        finally:
            client.config_set("maxmemory", 0)


def takes_nothing(deployment: Deployment) -> bool:
    """Return whether the broker refuses writes."""
    with deployment.redis() as client:
        try:
            client.set("anything", "")
        except RedisError:
            return True
    return False


@pytest.mark.whole
@pytest.mark.usefixtures("undisturbed")
@pytest.mark.parametrize("full", [disk_full, memory_full])
def test_a_broker_without_room_costs_the_time_until_there_is_some(
    deployment: Deployment, crowd: list[Person], full: Callable[[Deployment], AbstractContextManager[None]]
):
    bookings = book(deployment, crowd)
    wait_for_storm(deployment, bookings, 2 * _BEFORE)

    def fill_until_after_the_storm() -> None:
        with full(deployment):
            wait_until(partial(takes_nothing, deployment))
            wait_for_storm(deployment, bookings, _AFTER)
        wait_until(lambda: not takes_nothing(deployment))

    audit(deployment, bookings, during(fill_until_after_the_storm))
