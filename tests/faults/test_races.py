"""Writes in the same millisecond as a transition: one of the two is first, and the events stay correct."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

import httpx
import pytest
from sqlalchemy import select

from domain.directory import Person
from harness.waiting import sleep_until
from store import tables
from tests.api.works.directory import a_body
from tests.faults.audit import audit, during
from tests.faults.bookings import Bookings, book
from tests.faults.moments import start_and_wait
from tests.journey.deployment import Deployment
from tests.store.builders import wipe

_CALLERS: Final = 8
_SECOND: Final = timedelta(seconds=1)
_AT_MOST: Final = timedelta(milliseconds=3)
_DEFINITIONS: Final = "/v1.0/directory/profile-statuses"

#: The answers that two writers of the same status may get: done, or no longer there.
_ANSWERS: Final = frozenset({200, 204, 404})


@pytest.fixture
def dice() -> Random:
    """Return a random generator with a fixed seed."""
    return Random(7)  # noqa: S311 (nothing depends on its being unforeseeable)


@pytest.fixture
def api(deployment: Deployment) -> httpx.Client:
    """Return a client of the API."""
    start_and_wait(deployment, "api")
    return deployment.api


def path_of(person: Person) -> str:
    return f"/v1.0/users/{person.email}/user-profile-statuses/uprofile-reserved-{person.id}"


@pytest.mark.parametrize(
    "what", [*(pytest.param(what, marks=pytest.mark.whole) for what in ("edit", "move")), "delete"]
)
def test_a_write_in_the_millisecond_of_a_start_is_before_or_after_it(
    deployment: Deployment, crowd: list[Person], api: httpx.Client, dice: Random, what: str
):
    writers = crowd[: 1500 if len(crowd) > 1000 else 100]
    bookings = book(deployment, writers, stretch=timedelta(milliseconds=10) * len(writers), storms=False)
    starts = {row.person_id: row.starts_at for row in reserved(deployment)}

    def write(person: Person) -> int:
        starts_at = starts[person.id]
        sleep_until(starts_at + dice.uniform(-1, 1) * _AT_MOST, now=datetime.now(UTC))
        match what:
            case "delete":
                return api.delete(path_of(person)).status_code
            case "edit":
                return api.patch(path_of(person), json={"message": "In a moment."}).status_code
            case _:
                later = {
                    "startTime": (starts_at + 2 * _SECOND).isoformat(),
                    "endTime": (bookings.over_at + 3 * _SECOND).isoformat(),
                }
                return api.patch(path_of(person), json=later).status_code

    with ThreadPoolExecutor(_CALLERS) as threads:
        by_start = sorted(writers, key=lambda person: starts[person.id])
        answered = list(threads.map(write, by_start))

    counts = audit(deployment, _until(bookings, what), during())
    assert set(answered) <= _ANSWERS
    assert counts["PROMOTED"] > 0


def _until(bookings: Bookings, what: str) -> Bookings:
    """Return the bookings, extended by the moved statuses."""
    return replace(bookings, over_at=bookings.over_at + 4 * _SECOND) if what == "move" else bookings


def reserved(deployment: Deployment) -> list[Any]:
    """Return the rows of reserved statuses."""
    with deployment.store.reading() as transaction:
        rows = select(tables.status).where(tables.status.c.schedule_type == tables.RESERVED)
        return list(transaction.connection.execute(rows))


@pytest.mark.whole
def test_a_definition_that_is_deleted_in_the_millisecond_of_a_storm_takes_each_status_along(
    deployment: Deployment, crowd: list[Person], api: httpx.Client, dice: Random
):
    rounds = 4
    kinds: Counter[str] = Counter()
    for _ in range(rounds):
        api.post(_DEFINITIONS, json=a_body(profileStatusId="CUSTOM09")).raise_for_status()
        bookings = book(deployment, crowd[:1000], profile_status_id="CUSTOM09")
        sleep_until(bookings.storm_at + dice.uniform(-1, 3) * _AT_MOST, now=datetime.now(UTC))

        api.delete(f"{_DEFINITIONS}/CUSTOM09", params={"domainId": 1}).raise_for_status()

        kinds += audit(deployment, bookings, during())
        with deployment.store.reading() as transaction:
            assert transaction.connection.execute(select(tables.status)).all() == []
        wipe(deployment.store)
    assert kinds["PROMOTED"] > 0
