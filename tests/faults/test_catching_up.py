"""Transitions that fell due while everything was down are made after the restart."""

from datetime import timedelta
from functools import partial
from typing import Final

import pytest

from domain.directory import Person
from tests.faults.audit import Outage, audit, during
from tests.faults.course import book
from tests.faults.moments import start_and_wait
from tests.journey.house import House

_HOUR: Final = timedelta(hours=1)


@pytest.mark.whole
def test_an_hour_in_which_everything_was_down_is_caught_up_in_order(house: House, crowd: list[Person]):
    house.kill("beat", "worker", "broker")
    began_at = house.now() - _HOUR
    course = book(house, crowd, begins_at=began_at, stretch=_HOUR + timedelta(seconds=10))

    back = during(
        partial(house.start, "broker"),
        partial(start_and_wait, house, "worker", "beat"),
    )

    counts = audit(house, course, Outage(began_at, back.ended_at))
    assert counts["LAPSED"] > counts["PROMOTED"] > 0
