"""Reading is exact while beat and worker do not run; the transitions are made afterwards."""

from datetime import timedelta
from typing import Final

import httpx

from harness.waiting import wait_until
from tests.journey.deployment import Deployment
from tests.journey.person import PersonClient, seen, watch

_HOUR: Final = timedelta(hours=1)


def test_readers_see_starts_and_ends_while_beat_worker_and_broker_are_gone(
    deployment: Deployment, person: PersonClient, other_person: PersonClient
):
    deployment.kill("beat", "worker", "broker", "api")
    deployment.start("api")
    wait_until(lambda: is_alive(deployment))
    starts_at = deployment.second(timedelta(seconds=1))
    ends_at = starts_at + timedelta(seconds=1)
    person.reserve(starts_at, ends_at)
    other_person.reserve(starts_at, ends_at + _HOUR, "ABSENCE")

    observations = watch(deployment, lambda: person.statuses() + other_person.statuses(), until=ends_at)

    assert seen(observations, until=starts_at) == [[("BUSY", "RESERVED"), ("ABSENCE", "RESERVED")]]
    assert seen(observations, since=starts_at, until=ends_at) == [
        [("BUSY", "PRESENT"), ("ABSENCE", "PRESENT")]
    ]
    assert seen(observations, since=ends_at) == [[("ABSENCE", "PRESENT")]]
    assert person.kinds() == other_person.kinds() == ["RESERVED"]

    deployment.start("broker", "worker", "beat")

    lapsed, promoted = person.wait_for("LAPSED"), other_person.wait_for("PROMOTED")
    assert (lapsed.due_at, promoted.due_at) == (starts_at, starts_at)
    assert person.kinds() == ["RESERVED", "LAPSED"]
    assert other_person.kinds() == ["RESERVED", "PROMOTED"]
    assert person.statuses() + other_person.statuses() == [("ABSENCE", "PRESENT")]


def is_alive(deployment: Deployment) -> bool:
    """Return whether the API answers at all."""
    try:
        return deployment.api.get("/healthz").is_success
    except httpx.TransportError:
        return False
