"""The first and the last moments of the calendar: no time that can be written is too much."""

from collections.abc import Mapping

import httpx
import pytest

from domain.directory import Person
from store.store import Store
from tests.builders import a_status, an_auto_reply
from tests.store.builders import keep

pytestmark = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)

V1 = "/presently/v1"
STATUSES = f"{V1}/people/u1@example.com/statuses"
TIMES = (
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+09:00",
    "0001-01-01T00:00:00-09:00",
    "0001-01-01T00:00:00",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59.999999Z",
    "9999-12-31T23:59:59-09:00",
    "9999-12-31T23:59:59+09:00",
    "9999-12-31T23:59:59",
    "9999-12-30T23:59:59Z",
)
DAYS = ("0001-01-01", "0001-01-02", "9999-12-31", "9999-12-30")


@pytest.fixture(autouse=True)
def _away_without_end(store: Store, person: Person) -> None:
    keep(store, person, a_status(ends_at=None, auto_reply=an_auto_reply()))


@pytest.mark.parametrize("time", [*TIMES, *DAYS])
def test_who_is_away_is_answered_or_refused(http: httpx.Client, time: str):
    now = "2026-03-17T00:00:00Z"
    for asked in (time, f"{time}/{time}", f"{now}/{time}", f"{time}/{now}", f"2026-03-17/{time}"):
        answer = http.get(f"{V1}/people", params={"away": asked})
        assert answer.status_code in {200, 422}, (asked, answer.text)


def test_who_is_away_at_the_last_second(http: httpx.Client):
    for time in ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999999Z"):
        answer = http.get(f"{V1}/people", params={"away": time})
        assert [person["email"] for person in answer.json()["people"]] == ["u1@example.com"]


@pytest.mark.parametrize("time", TIMES)
def test_a_timeline_and_an_audit_are_answered_or_refused(http: httpx.Client, time: str):
    timeline = f"{V1}/people/u1@example.com/timeline"
    for path, names in ((timeline, ("from", "to", "at")), (f"{V1}/audit", ("from", "to"))):
        for name in names:
            answer = http.get(path, params={name: time})
            assert answer.status_code in {200, 404, 410, 422}, (path, name, answer.text)


@pytest.mark.parametrize("time", TIMES)
def test_a_plan_is_written_or_refused(http: httpx.Client, time: str):
    for said in (
        {"startsAt": time},
        {"endsAt": time},
        {"startsAt": time, "endsAt": time},
        {"startsAt": time, "endsAt": time, "zone": "Pacific/Kiritimati"},
        {"startsAt": time, "endsAt": time, "zone": "Pacific/Pago_Pago"},
    ):
        _written_or_refused(http, said)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("zone", [None, "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"])
def test_a_plan_of_days_is_written_or_refused(http: httpx.Client, day: str, zone: str | None):
    for said in ({"from": day}, {"from": day, "half": "afternoon"}, {"from": "2026-08-02", "to": day}):
        _written_or_refused(http, {**said, "zone": zone})


def _written_or_refused(http: httpx.Client, said: Mapping[str, str | None]) -> None:
    answer = http.post(STATUSES, json={"status": "BUSY", **said})
    assert answer.status_code in {201, 422}, (said, answer.text)
