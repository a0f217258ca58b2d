"""Audits the events after a fault: each start and end once, in order, none early, none lost, and how late."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from harness.waiting import slowness, wait_until
from store import tables
from store.due import Kind
from tests.faults.bookings import Bookings
from tests.journey.deployment import Deployment
from tests.store.builders import retold

#: The maximum lateness of a transition; for one due in an outage, counted from its end. On a machine that
#: has more load than cores, the limit is up to three times as long.
_GRACE: Final = timedelta(seconds=2)

#: How long to wait for transitions beyond the limit, to report their lateness.
_PATIENCE: Final = timedelta(seconds=30)

_BY_TIME: Final = frozenset({"PROMOTED", "DISABLED", "LAPSED"})
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Outage:
    """The beginning and the end of an outage."""

    began_at: datetime
    ended_at: datetime

    def latest(self, due_at: datetime, grace: timedelta) -> datetime:
        """Return the latest time at which a transition must have been made."""
        if due_at + grace < self.began_at:
            return due_at + grace
        return max(due_at, self.ended_at) + grace


def during(*happen: Callable[[], object]) -> Outage:
    """Return one outage from the first to the last of these."""
    began_at = datetime.now(UTC)
    for make_it in happen:
        make_it()
    return Outage(began_at, datetime.now(UTC))


def audit(deployment: Deployment, bookings: Bookings, outage: Outage) -> Counter[str]:
    """Check all events since the deployment was empty, and return the number of transitions of each kind.

    The events of each status must lead to what is stored now, and nothing may be due any more.
    """
    with suppress(TimeoutError):
        wait_until(
            lambda: deployment.now() > bookings.over_at and not _is_overdue(deployment), patience=_PATIENCE
        )
    columns = tables.event.c
    with deployment.store.reading() as transaction:
        events = transaction.connection.execute(select(tables.event).order_by(columns.id)).all()
        kept = transaction.connection.execute(select(tables.status)).all()
    done = [event for event in events if event.kind in _BY_TIME]
    faults = [
        *(f"lost: {row.id}" for row in kept if _is_due(row, by=bookings.over_at)),
        *_early_or_late(done, outage),
        *_out_of_order(done),
    ]
    assert not faults, f"{len(faults)} faults, of them {faults[:_SHOWN]}"
    assert retold(events) == {row.id: row.schedule_type for row in kept}
    counts = Counter(event.kind for event in done)
    print(f"\n{deployment.database}: {dict(counts)}; {_figures(done, outage)}")  # noqa: T201 — `pytest -rP` shows it
    return counts


def _is_overdue(deployment: Deployment) -> bool:
    with deployment.store.reading() as transaction:
        now = transaction.now()
        return any((due := transaction.due.next(kind)) is not None and due <= now for kind in Kind)


def _is_due(row: Any, *, by: datetime) -> bool:
    due_at: datetime | None = row.in_force_at if row.schedule_type == "RESERVED" else row.ends_at
    return due_at is not None and due_at <= by


def _grace() -> timedelta:
    return _GRACE * slowness()


def _early_or_late(done: Iterable[Any], outage: Outage) -> Iterator[str]:
    grace = _grace()
    for event in done:
        due_at = event.ends_at if event.kind == "DISABLED" else event.starts_at
        if event.due_at != due_at:
            yield f"{event.status_id}: {event.kind} as due at {event.due_at}, and not at {due_at}"
        if event.committed_at < (event.ends_at if event.kind == "LAPSED" else due_at):
            yield f"{event.status_id}: {event.kind} early, at {event.committed_at}"
        if event.committed_at > outage.latest(due_at, grace):
            late = event.committed_at - max(due_at, outage.ended_at)
            yield f"{event.status_id}: {event.kind} {late} after it was due and the outage over"


def _out_of_order(done: Iterable[Any]) -> Iterator[str]:
    """Yield the transitions made before an earlier due one; those due at the same time have no order."""
    last: dict[int, Any] = {}
    for event in done:
        earlier = last.setdefault(event.person_id, event)
        last[event.person_id] = event
        if earlier.due_at > event.due_at or (
            earlier.due_at < event.due_at and earlier.committed_at > event.committed_at
        ):
            yield f"person {event.person_id}: {earlier.kind} of {earlier.due_at} before that of {event.due_at}"


def _figures(done: Sequence[Any], outage: Outage) -> str:
    lateness = max((event.committed_at - event.due_at for event in done), default=timedelta(0))
    last = max(
        (event.committed_at for event in done if outage.began_at < event.due_at < outage.ended_at),
        default=None,
    )
    caught_up = f", caught up {_seconds(last - outage.ended_at)} after it" if last else ""
    outage_lasted = _seconds(outage.ended_at - outage.began_at)
    return f"outage of {outage_lasted}{caught_up}; latest {_seconds(lateness)}; grace {_seconds(_grace())}"


def _seconds(span: timedelta) -> str:
    return f"{span.total_seconds():.2f} s"
