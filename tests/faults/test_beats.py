"""Several beats do no harm, nor does one that is frozen for a while."""

import os
import signal
from datetime import timedelta
from functools import partial
from typing import Final

import pytest

from domain.directory import Person
from tests.faults.audit import audit, during
from tests.faults.bookings import book
from tests.faults.moments import start_and_wait, wait_for_storm
from tests.journey.deployment import Deployment

_BEFORE: Final = timedelta(seconds=-0.3)
_AFTER: Final = timedelta(seconds=0.3)


@pytest.mark.parametrize("others", [pytest.param(("beat-2",), marks=pytest.mark.whole), ("beat-2", "beat-3")])
def test_while_one_of_several_beats_is_frozen_nothing_is_late(
    deployment: Deployment, crowd: list[Person], others: tuple[str, ...]
):
    start_and_wait(deployment, *others)
    bookings = book(deployment, crowd)
    wait_for_storm(deployment, bookings, _BEFORE)

    os.kill(deployment.pid("beat"), signal.SIGSTOP)
    wait_for_storm(deployment, bookings, _AFTER)
    os.kill(deployment.pid("beat"), signal.SIGCONT)

    audit(deployment, bookings, during())


@pytest.mark.whole
def test_the_only_beat_frozen_costs_the_time_until_it_thaws(deployment: Deployment, crowd: list[Person]):
    bookings = book(deployment, crowd)
    wait_for_storm(deployment, bookings, _BEFORE)

    outage = during(
        partial(os.kill, deployment.pid("beat"), signal.SIGSTOP),
        partial(wait_for_storm, deployment, bookings, _AFTER),
        partial(os.kill, deployment.pid("beat"), signal.SIGCONT),
    )

    audit(deployment, bookings, outage)
