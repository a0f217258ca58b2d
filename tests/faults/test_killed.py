"""A killed process delays only until it is back, whenever that happens."""

import os
import signal
from datetime import timedelta
from functools import partial
from typing import Final

import pytest

from domain.directory import Person
from harness.processes import is_gone
from harness.waiting import wait_until
from tests.faults.audit import audit, during
from tests.faults.bookings import book
from tests.faults.moments import start_and_wait, wait_for_storm
from tests.journey.deployment import Deployment

#: The time of the kill: before anything is due, while the worker waits shortly before a storm, and in its middle.
_MOMENTS: Final = {
    "before": timedelta(seconds=-1),
    "at the last moment": timedelta(milliseconds=-20),
    "in the storm": timedelta(milliseconds=20),
}

_FOR: Final = timedelta(seconds=0.5)


@pytest.fixture(
    params=[pytest.param(when, marks=() if "in" in when else pytest.mark.whole) for when in _MOMENTS]
)
def moment(request: pytest.FixtureRequest) -> timedelta:
    """Return a time, relative to the storm."""
    return _MOMENTS[request.param]


@pytest.mark.parametrize("name", ["beat", "worker"])
def test_a_killed_process_costs_the_time_until_it_is_back(
    deployment: Deployment, crowd: list[Person], name: str, moment: timedelta
):
    bookings = book(deployment, crowd)
    wait_for_storm(deployment, bookings, moment)
    children = deployment.pool() if name == "worker" else []

    outage = during(
        partial(deployment.kill, name),
        deployment.forget_heartbeats,
        partial(wait_for_storm, deployment, bookings, _FOR),
        partial(deployment.start, name),
        partial(deployment.wait_for_heartbeat, name),
    )

    audit(deployment, bookings, outage)
    assert all(is_gone(child) for child in children)


def test_a_killed_child_of_the_pool_costs_the_message_that_it_had(
    deployment: Deployment, crowd: list[Person], moment: timedelta
):
    bookings = book(deployment, crowd)
    wait_for_storm(deployment, bookings, moment)

    outage = during(*(partial(os.kill, child, signal.SIGKILL) for child in deployment.pool()))

    audit(deployment, bookings, outage)


def test_no_child_of_a_killed_api_stays_on_its_port(sqlite_deployment: Deployment):
    deployment = sqlite_deployment
    start_and_wait(deployment, "api")
    answering = deployment.pool("api")

    deployment.kill("api")
    wait_until(lambda: all(is_gone(child) for child in answering))
    start_and_wait(deployment, "api")

    assert len(deployment.pool("api")) == len(answering)
