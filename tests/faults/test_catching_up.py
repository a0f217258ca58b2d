"""Transitions that fell due while everything was down are made after the restart."""

from datetime import timedelta
from functools import partial
from typing import Final

import pytest

from domain.directory import Person
from tests.faults.audit import Outage, audit, during
from tests.faults.bookings import book
from tests.faults.moments import start_and_wait
from tests.journey.deployment import Deployment

_HOUR: Final = timedelta(hours=1)


@pytest.mark.whole
def test_an_hour_in_which_everything_was_down_is_caught_up_in_order(
    deployment: Deployment, crowd: list[Person]
):
    deployment.kill("beat", "worker", "broker")
    began_at = deployment.now() - _HOUR
    bookings = book(deployment, crowd, begins_at=began_at, stretch=_HOUR + timedelta(seconds=10))

    back = during(
        partial(deployment.start, "broker"),
        partial(start_and_wait, deployment, "worker", "beat"),
    )

    counts = audit(deployment, bookings, Outage(began_at, back.ended_at))
    assert counts["LAPSED"] > counts["PROMOTED"] > 0
