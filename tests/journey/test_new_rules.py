"""The rules of a time zone change between two starts: beat and worker move what was wished, on time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from domain import wishes
from domain.moments import wall_clock
from domain.status import ScheduleType, Status
from domain.wishes import Times
from harness.waiting import wait_until
from services import time_zones
from tests.builders import DAY, HOUR, a_reserved_status, a_status
from tests.journey.deployment import Deployment, built
from tests.store.builders import add_domain_with_people, events_of, keep, statuses_of
from tests.tzif import VANCOUVER, folder_of_rules, rules

#: An hour back in winter, and not any more.
_OLDER: Final = "<-08>8"
_NEWER: Final = "<-07>7"

_ON_TIME: Final = timedelta(seconds=2)


@pytest.fixture
def deployment(tmp_path: Path, store_url: str) -> Iterator[Deployment]:
    """Make a deployment with a broker, in which neither beat nor worker runs yet, on each database in turn."""
    with built(tmp_path / "data", store_url) as deployment:
        deployment.start("broker")
        yield deployment


def computed(status: Status) -> Status:
    assert status.wish is not None
    starts_at, ends_at = wishes.window(status.wish, VANCOUVER)
    assert ends_at is not None
    in_force_at = starts_at.instant if starts_at else status.in_force_at
    return replace(status, starts_at=starts_at, ends_at=ends_at, in_force_at=in_force_at)


def start_with(deployment: Deployment, folder: Path) -> None:
    deployment.start("beat", "worker", environment={"PYTHONTZPATH": str(folder)})


def test_what_was_wished_starts_and_ends_on_time_by_the_new_rules(deployment: Deployment, tmp_path: Path):
    older = folder_of_rules(tmp_path / "older", _OLDER)
    newer = folder_of_rules(tmp_path / "newer", _NEWER)
    coming, going, *others = add_domain_with_people(deployment.store, 150)
    with rules(newer):
        # By the older rules, all of this is an hour later.
        moment = deployment.second(timedelta(seconds=5))
        soon, later = (wall_clock(at, VANCOUVER) for at in (moment, moment + DAY))
    with rules(older):
        ahead = a_reserved_status(zone=VANCOUVER, place=None)
        shown = a_status(zone=VANCOUVER, place=None, in_force_at=moment - HOUR, wish=Times(None, soon))
        keep(deployment.store, coming, computed(replace(ahead, wish=Times(soon, later))))
        keep(deployment.store, going, computed(shown))
        for other in others:
            named = replace(ahead, id=f"leave-{other.id}", works_id=f"leave-{other.id}")
            keep(deployment.store, other, computed(replace(named, wish=Times(later, later + HOUR))))
        start_with(deployment, older)
        wait_until(lambda: time_zones.outdated(deployment.store) == [])
    assert events_of(deployment.store, coming) == []

    deployment.stop("beat")
    deployment.stop("worker")
    start_with(deployment, newer)
    with rules(newer):
        wait_until(lambda: time_zones.outdated(deployment.store) == [])

    wait_until(
        lambda: len(events_of(deployment.store, coming)) == len(events_of(deployment.store, going)) == 2
    )
    for person, kind in ((coming, "PROMOTED"), (going, "DISABLED")):
        moved, made = events_of(deployment.store, person)
        assert (moved.kind, moved.actor, made.kind) == ("CHANGED", "time zones", kind)
        assert timedelta(0) <= made.committed_at - made.due_at < _ON_TIME
    (started,) = statuses_of(deployment.store, coming)
    assert started.starts_at is not None
    assert (started.starts_at.instant, started.schedule_type) == (moment, ScheduleType.PRESENT)
    assert statuses_of(deployment.store, going) == []
    for other in others:
        (status,) = statuses_of(deployment.store, other)
        assert status.starts_at is not None
        assert status.starts_at.instant == moment + DAY
        assert [event.kind for event in events_of(deployment.store, other)] == ["CHANGED"]
