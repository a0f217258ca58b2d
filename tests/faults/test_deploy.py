"""A new version is deployed under load, one process after the other, and no request fails."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Final

import httpx
import pytest

from domain.directory import Person
from harness.waiting import wait_until
from tests.faults.audit import audit, during
from tests.faults.bookings import book
from tests.faults.moments import start_and_wait
from tests.journey.deployment import Deployment

_CALLERS: Final = 4
_ENOUGH: Final = 100

_PERSON: Final = "/v1.0/users/u1@example.com/user-profile-statuses"


class Callers:
    """Threads that call the API again and again, on a new connection each time."""

    def __init__(self, deployment: Deployment) -> None:
        self.answered = 0
        self.refused: list[str] = []
        self._deployment = deployment
        self._over = Event()
        self._threads = [Thread(target=self._call) for _ in range(_CALLERS)]

    @contextmanager
    def calling(self) -> Iterator[None]:
        """Run the callers until the block ends, and for a few requests after it."""
        for thread in self._threads:
            thread.start()
        try:
            yield
            so_far = self.answered
            wait_until(lambda: self.answered + len(self.refused) > so_far + _ENOUGH)
        finally:
            self._over.set()
            for thread in self._threads:
                thread.join()

    def _call(self) -> None:
        while not self._over.is_set():
            try:
                self._ask()
                self.answered += 1
            except httpx.HTTPError as error:
                self.refused.append(repr(error))

    def _ask(self) -> None:
        api = self._deployment.api
        headers = {"Authorization": api.headers["Authorization"], "Connection": "close"}
        httpx.get(api.base_url.join(_PERSON), headers=headers).raise_for_status()


@pytest.fixture
def callers(deployment: Deployment) -> Callers:
    """Return callers of the API, which has two processes."""
    start_and_wait(deployment, "api")
    return Callers(deployment)


def roll(deployment: Deployment, name: str) -> None:
    """Stop a process gracefully, and start its replacement."""
    deployment.forget_heartbeats()
    deployment.stop(name)
    deployment.start(name)
    deployment.wait_for_heartbeat(name)


def roll_api(deployment: Deployment) -> None:
    """Make uvicorn replace its processes one after the other, with SIGHUP."""
    old = set(api_processes(deployment))
    os.kill(deployment.pid("api"), signal.SIGHUP)
    wait_until(lambda: len(new := set(api_processes(deployment))) >= len(old) and not new & old)


def api_processes(deployment: Deployment) -> list[int]:
    """Return the pids of the serving processes; uvicorn has another child, Python's resource tracker."""
    return [pid for pid in deployment.pool("api") if is_spawned(pid)]


def is_spawned(pid: int) -> bool:
    try:
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


@pytest.mark.whole
def test_all_processes_are_replaced_under_load_and_no_request_is_refused(
    deployment: Deployment, crowd: list[Person], callers: Callers
):
    bookings = book(deployment, crowd)
    with callers.calling():
        wait_until(lambda: deployment.now() > bookings.begins_at)
        outage = during(partial(roll, deployment, "worker"), partial(roll, deployment, "beat"))
        roll_api(deployment)

    audit(deployment, bookings, outage)
    assert callers.refused == []


@pytest.mark.whole
def test_one_of_two_api_processes_ends_in_order_and_no_request_is_refused(
    deployment: Deployment, callers: Callers
):
    with callers.calling():
        old = api_processes(deployment)
        os.kill(old[0], signal.SIGTERM)
        wait_until(lambda: len(new := api_processes(deployment)) == len(old) and old[0] not in new)

    assert callers.refused == []


@pytest.mark.whole
@pytest.mark.parametrize("name", ["worker", "beat"])
def test_with_a_second_one_beside_it_a_process_is_replaced_and_nothing_is_late(
    deployment: Deployment, crowd: list[Person], name: str
):
    start_and_wait(deployment, f"{name}-2")
    bookings = book(deployment, crowd)
    wait_until(lambda: deployment.now() > bookings.begins_at)

    deployment.stop(name)
    deployment.start(name)

    audit(deployment, bookings, during())
