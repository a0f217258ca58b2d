"""Reading is exact while beat and worker do not run; the transitions are made afterwards."""

from datetime import timedelta
from typing import Final

import httpx

from harness.waiting import wait_until
from tests.journey.house import House
from tests.journey.resident import Resident, seen, watch

_HOUR: Final = timedelta(hours=1)


def test_readers_see_starts_and_ends_while_beat_worker_and_broker_are_gone(
    house: House, resident: Resident, neighbour: Resident
):
    house.kill("beat", "worker", "broker", "api")
    house.start("api")
    wait_until(lambda: is_alive(house))
    starts_at = house.second(timedelta(seconds=1))
    ends_at = starts_at + timedelta(seconds=1)
    resident.reserve(starts_at, ends_at)
    neighbour.reserve(starts_at, ends_at + _HOUR, "ABSENCE")

    sights = watch(house, lambda: resident.statuses() + neighbour.statuses(), until=ends_at)

    assert seen(sights, until=starts_at) == [[("BUSY", "RESERVED"), ("ABSENCE", "RESERVED")]]
    assert seen(sights, since=starts_at, until=ends_at) == [[("BUSY", "PRESENT"), ("ABSENCE", "PRESENT")]]
    assert seen(sights, since=ends_at) == [[("ABSENCE", "PRESENT")]]
    assert resident.kinds() == neighbour.kinds() == ["RESERVED"]

    house.start("broker", "worker", "beat")

    lapsed, promoted = resident.wait_for("LAPSED"), neighbour.wait_for("PROMOTED")
    assert (lapsed.due_at, promoted.due_at) == (starts_at, starts_at)
    assert resident.kinds() == ["RESERVED", "LAPSED"]
    assert neighbour.kinds() == ["RESERVED", "PROMOTED"]
    assert resident.statuses() + neighbour.statuses() == [("ABSENCE", "PRESENT")]


def is_alive(house: House) -> bool:
    """Return whether the API answers at all."""
    try:
        return house.api.get("/healthz").is_success
    except httpx.TransportError:
        return False
