"""Several beats do no harm, nor does one that is frozen for a while."""

import os
import signal
from datetime import timedelta
from functools import partial
from typing import Final

import pytest

from domain.directory import Person
from tests.faults.audit import audit, during
from tests.faults.course import book
from tests.faults.moments import start_and_wait, wait_for_storm
from tests.journey.house import House

_BEFORE: Final = timedelta(seconds=-0.3)
_AFTER: Final = timedelta(seconds=0.3)


@pytest.mark.parametrize("others", [pytest.param(("beat-2",), marks=pytest.mark.whole), ("beat-2", "beat-3")])
def test_while_one_of_several_beats_is_frozen_nothing_is_late(
    house: House, crowd: list[Person], others: tuple[str, ...]
):
    start_and_wait(house, *others)
    course = book(house, crowd)
    wait_for_storm(house, course, _BEFORE)

    os.kill(house.pid("beat"), signal.SIGSTOP)
    wait_for_storm(house, course, _AFTER)
    os.kill(house.pid("beat"), signal.SIGCONT)

    audit(house, course, during())


@pytest.mark.whole
def test_the_only_beat_frozen_costs_the_time_until_it_thaws(house: House, crowd: list[Person]):
    course = book(house, crowd)
    wait_for_storm(house, course, _BEFORE)

    outage = during(
        partial(os.kill, house.pid("beat"), signal.SIGSTOP),
        partial(wait_for_storm, house, course, _AFTER),
        partial(os.kill, house.pid("beat"), signal.SIGCONT),
    )

    audit(house, course, outage)
