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
from tests.faults.course import book
from tests.faults.moments import wait_for_storm
from tests.journey.house import House

_BEFORE: Final = timedelta(seconds=-0.5)
_AFTER: Final = timedelta(seconds=0.5)
_MILLISECOND: Final = timedelta(milliseconds=1)

#: The number of lines that a process may log about an outage of a second or two.
_LINES: Final = 20


@pytest.fixture
def undisturbed(house: House) -> Iterator[None]:
    """Check that beat and worker still run, and logged little about the outage."""
    ran = {name: (house.pid(name), len(complaints(house, name))) for name in ("beat", "worker")}
    yield
    for name, (pid, said) in ran.items():
        assert house.is_running(name)
        assert house.pid(name) == pid
        assert len(complaints(house, name)) - said < _LINES


def complaints(house: House, name: str) -> list[str]:
    """Return the log lines of a process that are not about its work."""
    return [line for line in house.log(name).splitlines() if "Carried out what was due." not in line]


@pytest.mark.usefixtures("undisturbed")
@pytest.mark.parametrize("comes_back", ["empty", pytest.param("as it was", marks=pytest.mark.whole)])
def test_a_broker_that_is_down_across_the_due_time_costs_its_outage(
    house: House, crowd: list[Person], comes_back: str
):
    course = book(house, crowd)
    wait_for_storm(house, course, _BEFORE)

    outage = during(
        partial(house.kill, "broker"),
        house.empty_the_broker if comes_back == "empty" else int,
        partial(wait_for_storm, house, course, _AFTER),
        partial(house.start, "broker"),
    )

    audit(house, course, outage)


@pytest.mark.whole
@pytest.mark.usefixtures("undisturbed")
@pytest.mark.parametrize("moment", [0 * _MILLISECOND, -20 * _MILLISECOND])
def test_a_flushed_broker_costs_a_second(house: House, crowd: list[Person], moment: timedelta):
    course = book(house, crowd)
    wait_for_storm(house, course, moment)

    with house.redis() as client:
        outage = during(client.flushall)

    audit(house, course, outage)


@pytest.mark.whole
@pytest.mark.usefixtures("undisturbed")
def test_a_broker_that_is_flushed_again_and_again_costs_as_long_as_it_goes_on(
    house: House, crowd: list[Person]
):
    course = book(house, crowd)
    wait_for_storm(house, course, _BEFORE)

    def flush_until_after_the_storm() -> None:
        with house.redis() as client:
            wait_until(lambda: client.flushall() and house.now() >= course.storm_at + _AFTER)

    audit(house, course, during(flush_until_after_the_storm))


@contextmanager
def disk_full(house: House) -> Iterator[None]:
    """Prevent the broker's files from growing, as on a full disk, by a limit of its process, which needs no root."""
    files = (house.settings.data / "broker" / "appendonlydir").glob("*.incr.aof")
    size = max(file.stat().st_size for file in files)
    unlimited = resource.prlimit(house.pid("broker"), resource.RLIMIT_FSIZE)
    resource.prlimit(house.pid("broker"), resource.RLIMIT_FSIZE, (size, unlimited[1]))
    try:
        yield
    finally:
        resource.prlimit(house.pid("broker"), resource.RLIMIT_FSIZE, unlimited)


@contextmanager
def memory_full(house: House) -> Iterator[None]:
    """Make the broker refuse writes for lack of memory."""
    with house.redis() as client:
        client.config_set("maxmemory", 1)
        try:
            yield
        finally:
            client.config_set("maxmemory", 0)


def takes_nothing(house: House) -> bool:
    """Return whether the broker refuses writes."""
    with house.redis() as client:
        try:
            client.set("anything", "")
        except RedisError:
            return True
    return False


@pytest.mark.whole
@pytest.mark.usefixtures("undisturbed")
@pytest.mark.parametrize("full", [disk_full, memory_full])
def test_a_broker_without_room_costs_the_time_until_there_is_some(
    house: House, crowd: list[Person], full: Callable[[House], AbstractContextManager[None]]
):
    course = book(house, crowd)
    wait_for_storm(house, course, 2 * _BEFORE)

    def fill_until_after_the_storm() -> None:
        with full(house):
            wait_until(partial(takes_nothing, house))
            wait_for_storm(house, course, _AFTER)
        wait_until(lambda: not takes_nothing(house))

    audit(house, course, during(fill_until_after_the_storm))
