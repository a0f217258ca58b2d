"""A client that plans one person's statuses natively, as an HR system does."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.credentials import Bearer, Caller, Scope
from domain.directory import Person, PersonReference, Whom
from domain.plans import Limits
from domain.status import Draft, Place, ScheduleType, Status, draft_of
from services import plans
from store.store import Store
from tests.builders import SEOUL, a_draft, an_auto_reply, with_moments
from tests.store.builders import events_of, statuses_of
from tests.writes import plan_of

_HR = Caller(Bearer(name="hr", domain_id=1, scopes=frozenset(Scope)))
_LIMITS = Limits()


@dataclass(frozen=True)
class Planner:
    """It writes moments with Seoul's offset, as the clients of NAVER WORKS do."""

    store: Store
    person: Person

    @property
    def whom(self) -> Whom:
        """Return the person."""
        return Whom(1, PersonReference(number=self.person.id))

    def add(self, starts_at: datetime | None = None, ends_at: datetime | None = None, **said: Any) -> Status:
        """Plan an absence."""
        found = plans.add(
            self.store, _HR, self.whom, plan_of(absence(starts_at, ends_at, **said)), limits=_LIMITS
        )
        assert found.status is not None
        return found.status

    def upsert(self, external_id: str, starts_at: datetime, ends_at: datetime, **said: Any) -> Status | None:
        """Say what the status with this id of ours is; return it, or None if it was ended."""
        draft = absence(starts_at, ends_at, **said)
        return plans.upsert(self.store, _HR, self.whom, external_id, plan_of(draft), limits=_LIMITS).status

    def change(self, status: Status, **said: Any) -> Status:
        """Change these fields of a status."""
        draft = replace(draft_of(self.stored(status.id)), **_in_seoul(said))
        found = plans.change(self.store, _HR, self.whom, status.id, plan_of(draft), limits=_LIMITS)
        assert found.status is not None
        return found.status

    def delete(self, status: Status) -> None:
        """Delete a status."""
        plans.delete(self.store, _HR, self.whom, status.id)

    def end(self, status: Status) -> None:
        """End a status now."""
        plans.end(self.store, _HR, self.whom, status.id)

    def stored(self, status_id: str) -> Status:
        """Return a stored status; a start or an end that is due may not be carried out yet."""
        return next(status for status in statuses_of(self.store, self.person) if status.id == status_id)

    def only(self, place: Place) -> Status:
        """Return the only stored status in this place."""
        (status,) = (status for status in statuses_of(self.store, self.person) if status.place is place)
        return status

    def in_force(self) -> list[Status]:
        """Return the stored statuses that are marked as in force, the upper ones first."""
        stored = statuses_of(self.store, self.person)
        present = [status for status in stored if status.schedule_type is ScheduleType.PRESENT]
        return sorted(present, key=lambda status: (status.in_force_at, status.sequence), reverse=True)

    def ids(self) -> set[str]:
        """Return the ids of all stored statuses."""
        return {status.id for status in statuses_of(self.store, self.person)}

    def events(self) -> list[str]:
        """Return the kinds of the person's events."""
        return [event.kind for event in events_of(self.store, self.person)]


def absence(starts_at: datetime | None = None, ends_at: datetime | None = None, **said: Any) -> Draft:
    """Return a planned absence; `reply` is the text of its reply to everybody."""
    reply = said.pop("reply", None)
    usual: dict[str, Any] = {
        "profile_status_id": "ABSENCE",
        "starts_at": starts_at,
        "ends_at": ends_at,
        "auto_reply": an_auto_reply(reply) if reply is not None else None,
    }
    moments = {name: value.astimezone(SEOUL) for name, value in usual.items() if isinstance(value, datetime)}
    return a_draft(**(usual | moments | said))


def _in_seoul(said: dict[str, Any]) -> dict[str, Any]:
    moments = {name: value.astimezone(SEOUL) for name, value in said.items() if isinstance(value, datetime)}
    return with_moments(said | moments)
