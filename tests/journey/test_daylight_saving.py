"""A whole leave across the end of summer time, through both dialects, on a clock that the test moves."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import httpx
import pytest

from api.app import create_app
from cli import token
from config.settings import Settings
from domain.credentials import Bearer, Scope
from domain.roster import Entry
from store.store import Store
from tests.api.clients import TestClient
from tests.builders import HOUR, INSTANT, MINUTE, HandClock
from tests.worker.tasks import on

#: From Saturday morning in summer time to Monday evening in winter time.
_STARTS_AT: Final = datetime(2026, 10, 24, 6, 0, tzinfo=UTC)
_ENDS_AT: Final = datetime(2026, 10, 26, 16, 0, tzinfo=UTC)

_IN_VIENNA: Final = {"startTime": "2026-10-24 08:00:00", "endTime": "2026-10-26 17:00:00"}
_WITH_OFFSETS: Final = {"startTime": "2026-10-24T08:00:00+02:00", "endTime": "2026-10-26T17:00:00+01:00"}

_OUT_OF_OFFICE: Final = "/api/v1/domains/1/users/1/oof"
_ITS_STATUSES: Final = "/v1.0/users/anna@example.at/user-profile-statuses"
_STATUSES: Final = "/v1.0/users/bert@example.at/user-profile-statuses"


@pytest.fixture
def clock() -> HandClock:
    """Return a clock set to a day in summer, when the leave is booked."""
    return HandClock(datetime(2026, 7, 1, 12, 0, tzinfo=UTC))


@pytest.fixture
def client(store: Store, broker_url: str, tmp_path: Path) -> Iterator[httpx.Client]:
    """Yield a client of the API that may write for the two people of a domain in Vienna."""
    with store.writing() as transaction:
        domain = transaction.directory.add_domain("example.at", "Europe/Vienna")
        newcomers = [Entry(email=f"{name}@{domain.name}", name=name) for name in ("anna", "bert")]
        transaction.roster.add(domain, newcomers, at=transaction.now())
    settings = Settings(data=tmp_path, broker_url=broker_url)
    caller = Bearer(name="hr", domain_id=domain.id, scopes=frozenset({Scope.DIRECTORY}))
    bearer = token.issue(settings, caller, timedelta(hours=1))
    with TestClient(create_app(settings, store)) as opened:
        opened.headers["Authorization"] = f"Bearer {bearer}"
        yield opened


@pytest.fixture
def tasks(store: Store, broker_url: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the worker's tasks."""
    return on(store, broker_url, monkeypatch)


def read(client: httpx.Client, path: str) -> Any:
    return client.get(path).raise_for_status().json()


def shown(client: httpx.Client, path: str) -> list[dict[str, str]]:
    """Return profile status, schedule type and times of each status in the WORKS list."""
    keys = ("profileStatusId", "scheduleType", "startTime", "endTime")
    return [{key: status[key] for key in keys} for status in read(client, path)["userProfileStatuses"]]


def test_a_leave_booked_in_summer_starts_and_ends_by_the_clocks_on_the_wall(
    client: httpx.Client, tasks: ModuleType, clock: HandClock
):
    client.put(
        _OUT_OF_OFFICE, json={"state": 2, "internalReply": "<p>On leave</p>", **_IN_VIENNA}
    ).raise_for_status()
    client.post(_STATUSES, json={"profileStatusId": "ABSENCE", **_WITH_OFFSETS}).raise_for_status()

    def check(schedule_type: str) -> None:
        leave = {"profileStatusId": "ABSENCE", "scheduleType": schedule_type, **_WITH_OFFSETS}
        setting = read(client, _OUT_OF_OFFICE)
        assert {"state": 2, **_IN_VIENNA}.items() <= setting.items()
        assert shown(client, _ITS_STATUSES) == [leave]
        assert shown(client, _STATUSES) == [leave]

    check("RESERVED")

    clock.now = _STARTS_AT - MINUTE
    assert tasks.promote_due(due_at=clock.now.isoformat())["promoted"] == 0
    clock.now = _STARTS_AT - INSTANT
    check("RESERVED")

    clock.now = _STARTS_AT
    check("PRESENT")
    assert tasks.promote_due(due_at=clock.now.isoformat())["promoted"] == 2
    check("PRESENT")

    # Half past two exists twice in that night.
    for half_past_two in (
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    ):
        clock.now = half_past_two
        check("PRESENT")
    # Five in the evening of summer time is four o'clock now.
    clock.now = _ENDS_AT - HOUR
    assert tasks.disable_due(due_at=clock.now.isoformat())["disabled"] == 0
    clock.now = _ENDS_AT - INSTANT
    check("PRESENT")

    clock.now = _ENDS_AT
    assert read(client, _OUT_OF_OFFICE)["state"] == 0
    assert shown(client, _ITS_STATUSES) == shown(client, _STATUSES) == []
    assert tasks.disable_due(due_at=clock.now.isoformat())["disabled"] == 2
    assert read(client, _OUT_OF_OFFICE)["state"] == 0
    assert shown(client, _ITS_STATUSES) == shown(client, _STATUSES) == []
