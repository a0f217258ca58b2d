"""A thousand people's statuses of all kinds start in the same second, and end in the same second."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import cycle
from statistics import quantiles
from typing import Final

import pytest
from sqlalchemy import func, insert, select

from domain.directory import Person
from harness.waiting import wait_until
from store import tables
from tests.journey.deployment import Deployment
from tests.store.builders import add_domain_with_people

_MANY: Final = 1000
_SECOND: Final = timedelta(seconds=1)
_MILLISECOND: Final = timedelta(milliseconds=1)

#: Generous, because the machine is shared: 0.1 s on PostgreSQL and 0.2 s on SQLite are usual.
_ALL_DONE_WITHIN: Final = timedelta(seconds=5)


@pytest.fixture(scope="package")
def crowd(_deployment: Deployment) -> list[Person]:
    """Return the people of another domain."""
    return add_domain_with_people(_deployment.store, _MANY, "crowd.example.com")


def test_a_thousand_statuses_start_and_end_in_one_second_each_once(
    deployment: Deployment, crowd: list[Person]
):
    starts_at = deployment.second(3 * _SECOND)
    ends_at = starts_at + 2 * _SECOND
    reserve_for_all(deployment, crowd, starts_at, ends_at)

    wait_until(lambda: count(deployment, "DISABLED", ends_at) == _MANY)

    for kind, due_at in (("PROMOTED", starts_at), ("DISABLED", ends_at)):
        people, lateness = done(deployment, kind, due_at)
        assert Counter(people) == Counter(person.id for person in crowd)
        assert lateness[-1] < _ALL_DONE_WITHIN
        print(f"{deployment.database}, {kind}: {figures(lateness)}")  # noqa: T201 — `pytest -rP` shows it


def figures(lateness: list[timedelta]) -> str:
    """Return a text with the lateness of these, the earliest first."""
    milliseconds = [late / _MILLISECOND for late in lateness]
    percentiles = quantiles(milliseconds, n=100)
    return (
        f"first {milliseconds[0]:.0f} ms, p50 {percentiles[49]:.0f} ms, "
        f"p99 {percentiles[98]:.0f} ms, last {milliseconds[-1]:.0f} ms"
    )


def reserve_for_all(
    deployment: Deployment, people: list[Person], starts_at: datetime, ends_at: datetime
) -> None:
    """Reserve a status for each, all in one transaction."""
    shared = {
        "schedule_type": "RESERVED",
        "profile_status_id": "BUSY",
        "starts_at": starts_at,
        "in_force_at": starts_at,
        "ends_at": ends_at,
        "sequence": 1,
    }
    places = cycle(("works", "oof", None))
    rows = [
        shared | {"id": f"uprofile-storm-{person.id}", "person_id": person.id, "place": place}
        for person, place in zip(people, places, strict=False)
    ]
    with deployment.store.writing() as transaction:
        transaction.connection.execute(insert(tables.status), rows)


def count(deployment: Deployment, kind: str, due_at: datetime) -> int:
    """Count the events of this kind that were due then."""
    rows = tables.event.c
    with deployment.store.reading() as transaction:
        query = select(func.count()).where(rows.kind == kind, rows.due_at == due_at)
        return transaction.connection.execute(query).scalar_one()


def done(deployment: Deployment, kind: str, due_at: datetime) -> tuple[list[int], list[timedelta]]:
    """Return the people of the events of this kind that were due then, with the lateness, the earliest first."""
    rows = tables.event.c
    with deployment.store.reading() as transaction:
        query = select(rows.person_id, rows.committed_at).where(rows.kind == kind, rows.due_at == due_at)
        events = transaction.connection.execute(query).all()
    return [event.person_id for event in events], sorted(event.committed_at - due_at for event in events)
