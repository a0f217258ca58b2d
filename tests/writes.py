"""The rules of writes, for tests that hold all statuses of a person: the next sequence follows from them."""

from collections.abc import Sequence
from datetime import datetime

from domain import out_of_office, timeline
from domain.out_of_office import OutOfOffice, Written
from domain.plans import Plan, WishedWindow
from domain.status import Draft, Status
from domain.wishes import Times


def plan_of(draft: Draft) -> Plan:
    """Return the plan that asks for `draft`."""
    return Plan(
        profile_status_id=draft.profile_status_id,
        message=draft.message,
        window=WishedWindow(draft.wish or Times(draft.starts_at, draft.ends_at), draft.zone),
        auto_reply=draft.auto_reply,
    )


def next_sequence(statuses: Sequence[Status]) -> int:
    """Return the sequence of the next status to be written."""
    return max((status.sequence for status in statuses), default=0) + 1


def post(statuses: Sequence[Status], draft: Draft, now: datetime) -> tuple[tuple[Status, ...], Status]:
    """Post a status."""
    return timeline.post(statuses, draft, now, sequence=next_sequence(statuses))


def put(
    statuses: Sequence[Status], status_id: str, draft: Draft, now: datetime
) -> tuple[tuple[Status, ...], Status]:
    """Replace a status."""
    return timeline.put(statuses, status_id, draft, now, sequence=next_sequence(statuses))


def change(
    statuses: Sequence[Status], status_id: str, draft: Draft, now: datetime
) -> tuple[tuple[Status, ...], Status]:
    """Change a status."""
    return timeline.change(statuses, status_id, draft, now, sequence=next_sequence(statuses))


def write(statuses: Sequence[Status], remembered: OutOfOffice, wanted: OutOfOffice, now: datetime) -> Written:
    """Save an out-of-office."""
    return out_of_office.write(statuses, remembered, wanted, now, sequence=next_sequence(statuses))
