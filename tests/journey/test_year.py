"""The year of three hundred people is planned, changed and taken back through the client for Python."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
from presently_client import Client
from presently_client.types import Difference, Entry

from cli import ports, token
from domain.credentials import Bearer, Scope
from domain.directory import Person
from tests.journey.deployment import Deployment
from tests.journey.person import PersonClient
from tests.store.builders import add_domain_with_people

_PEOPLE: Final = 300
_HEAD: Final = "id,person,from,to"
#: How late a start or an end may be written while the year is booked, on a machine with more work than cores.
_LATE: Final = timedelta(seconds=2)


@pytest.fixture
def everybody(deployment: Deployment) -> list[Person]:
    return add_domain_with_people(deployment.store, _PEOPLE, f"{deployment.database}.example")


@pytest.fixture
def presently(deployment: Deployment, everybody: list[Person]) -> Iterator[Client]:
    caller = Bearer(name="hr", domain_id=everybody[0].domain.id, scopes=frozenset({Scope.DIRECTORY}))
    bearer = token.issue(deployment.settings, caller, timedelta(hours=1))
    with Client(ports.url(deployment.settings.host, deployment.settings.port), bearer) as client:
        yield client


def test_a_year_is_planned_applied_changed_and_taken_back_while_statuses_start_and_end_on_time(
    deployment: Deployment, everybody: list[Person], presently: Client
):
    starts_at = deployment.second(timedelta(seconds=1))
    ends_at = starts_at + timedelta(seconds=2)
    for person in everybody[:10]:
        presently.plan(
            person.email,
            {"status": "BUSY", "startsAt": starts_at.isoformat(), "endsAt": ends_at.isoformat()},
        )

    year = [line for number, person in enumerate(everybody) for line in leaves(number, person.email)]
    applied = carry_out(presently, year)
    assert applied == {"new": 3 * _PEOPLE}

    moved, cancelled = year[30:33], year[600]
    changed = [line.replace("-05-", "-06-").replace("-09-", "-10-").replace("-12-", "-11-") for line in moved]
    second = plan(presently, [*year[:30], *changed, *year[33:600], *year[601:]])
    assert found(presently.differences(second["id"], "moved", "cancelled")) == {
        **{id_of(line): "moved" for line in moved},
        id_of(cancelled): "cancelled",
    }
    assert second["counts"] == {"moved": 3, "cancelled": 1, "unchanged": 3 * _PEOPLE - 4}
    assert presently.apply(second["id"])["state"] == "applied"
    assert plan(presently, year)["counts"] == {"moved": 3, "new": 1, "unchanged": 3 * _PEOPLE - 4}

    assert presently.undo(second["id"])["state"] == "undone"
    assert plan(presently, year)["counts"] == {"unchanged": 3 * _PEOPLE}

    for person in everybody[:10]:
        one = PersonClient(deployment, person.id)
        promoted, disabled = one.wait_for("PROMOTED"), one.wait_for("DISABLED")
        assert (promoted.due_at, disabled.due_at) == (starts_at, ends_at)
        assert promoted.committed_at - starts_at < _LATE
        assert disabled.committed_at - ends_at < _LATE


def leaves(number: int, email: str) -> list[str]:
    """Return the lines of the three leaves of a person in next year: in May, September and December."""
    year = datetime.now(UTC).year + 1
    first = date(year, 5, 1 + number % 20)
    return [
        f"L-{number}-{month},{email},{first.replace(month=month)},{first.replace(month=month) + timedelta(days=4)}"
        for month in (5, 9, 12)
    ]


def id_of(line: str) -> str:
    return line.partition(",")[0]


def entries(lines: list[str]) -> list[Entry]:
    return [
        {"person": row["person"], "externalId": row["id"], "from": row["from"], "to": row["to"]}
        for row in csv.DictReader([_HEAD, *lines])
    ]


def plan(presently: Client, lines: list[str]) -> Any:
    """Plan that these are all leaves of next year."""
    year = datetime.now(UTC).year + 1
    window = (f"{year}-01-01T00:00:00Z", f"{year + 1}-01-01T00:00:00Z")
    change = presently.plan_changes(entries(lines), all_from=window[0], all_to=window[1], everybody=True)
    assert change["state"] == "planned"
    return change


def carry_out(presently: Client, lines: list[str]) -> dict[str, int]:
    applied = presently.apply(plan(presently, lines)["id"])
    assert (applied["state"], applied["problem"]) == ("applied", None)
    return applied["counts"]


def found(differences: Iterator[Difference]) -> dict[str | None, str]:
    return {one["externalId"]: one["action"] for one in differences}
