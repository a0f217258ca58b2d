"""A client for one person of a deployment: what other systems write and read, and what is stored."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from harness.waiting import wait_until
from store import tables
from tests.journey.deployment import Deployment

_ZONE: Final = ZoneInfo("Asia/Seoul")
_BEGINNING: Final = datetime.min.replace(tzinfo=UTC)
_END: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class PersonClient:
    """Writes and reads the statuses of one person of domain 1."""

    deployment: Deployment
    number: int

    def reserve(self, starts_at: datetime, ends_at: datetime, profile_status_id: str = "BUSY") -> str:
        """Reserve a status, as an HR system does, and return its id."""
        window = {"startTime": starts_at.isoformat(), "endTime": ends_at.isoformat()}
        answer = self.deployment.api.post(
            self._statuses, json={"profileStatusId": profile_status_id, **window}
        )
        answer.raise_for_status()
        assert answer.json()["scheduleType"] == "RESERVED"
        status_id: str = answer.json()["userProfileStatusId"]
        return status_id

    def statuses(self) -> list[tuple[str, str]]:
        """Return what a bot reads: each status with its schedule type."""
        listed = self.deployment.api.get(self._statuses).raise_for_status().json()["userProfileStatuses"]
        return [(status["profileStatusId"], status["scheduleType"]) for status in listed]

    def go_out_of_office(self, starts_at: datetime, ends_at: datetime) -> None:
        """Save a scheduled out-of-office, as admin-web does: with naive times of the domain's zone."""
        setting = {
            "state": 2,
            "startTime": starts_at.astimezone(_ZONE).strftime("%Y-%m-%d %H:%M:%S"),
            "endTime": ends_at.astimezone(_ZONE).strftime("%Y-%m-%d %H:%M:%S"),
            "internalReply": "<p>I am away.</p>",
        }
        self.deployment.api.put(self._out_of_office, json=setting).raise_for_status()

    def out_of_office(self) -> dict[str, Any]:
        """Return what admin-web reads."""
        setting: dict[str, Any] = self.deployment.api.get(self._out_of_office).raise_for_status().json()
        return setting

    def events(self) -> list[Any]:
        """Return the events of this person, in order."""
        columns = tables.event.c
        with self.deployment.store.reading() as transaction:
            query = select(tables.event).where(columns.person_id == self.number).order_by(columns.id)
            return list(transaction.connection.execute(query))

    def kinds(self) -> list[str]:
        """Return the kinds of this person's events."""
        return [event.kind for event in self.events()]

    def wait_for(self, kind: str) -> Any:
        """Wait for the event of this kind, and return it."""
        wait_until(lambda: kind in self.kinds())
        return next(event for event in self.events() if event.kind == kind)

    @property
    def _statuses(self) -> str:
        return f"/v1.0/users/u{self.number}@example.com/user-profile-statuses"

    @property
    def _out_of_office(self) -> str:
        return f"/api/v1/domains/1/users/{self.number}/oof"


@dataclass(frozen=True)
class Observation:
    """The result of one request, and the times before and after it."""

    asked_at: datetime
    answered_at: datetime
    seen: Any


def watch(deployment: Deployment, look: Callable[[], Any], *, until: datetime) -> list[Observation]:
    """Call `look` again and again until this time, and return its results."""
    observations: list[Observation] = []

    def look_again() -> bool:
        asked_at = deployment.now()
        seen = look()
        observations.append(Observation(asked_at, deployment.now(), seen))
        return asked_at > until

    wait_until(look_again)
    return observations


def seen(
    observations: list[Observation], *, since: datetime = _BEGINNING, until: datetime = _END
) -> list[Any]:
    """Return the different results that were certainly seen between these times, in order."""
    between = [
        observation.seen
        for observation in observations
        if since <= observation.asked_at and observation.answered_at < until
    ]
    return [thing for thing, _ in groupby(between)]
