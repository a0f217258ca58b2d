"""A person's statuses over time: which one is shown, which are due, and how a request changes them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.events import Event, EventKind
from domain.refusals import StatusUnknown
from domain.status import Draft, ScheduleType, Status, begin, promoted, rewrite
from domain.window import Window


@dataclass(frozen=True, slots=True)
class Timeline:
    """The statuses in force at a moment, the shown one first, and the reserved one."""

    in_force: tuple[Status, ...]
    reserved: Status | None

    @property
    def shown(self) -> Status | None:
        """Return the status that others see."""
        return self.in_force[0] if self.in_force else None

    @property
    def statuses(self) -> tuple[Status, ...]:
        """Return every status in force, and the reserved one."""
        return (*self.in_force, self.reserved) if self.reserved else self.in_force

    def status(self, status_id: str) -> Status:
        """Return the status with this id; raise `StatusUnknown` if it is neither in force nor reserved."""
        for status in self.statuses:
            if status.id == status_id:
                return status
        raise StatusUnknown


def as_of(statuses: Iterable[Status], now: datetime) -> Timeline:
    """Return what a person shows at `now`, and what is reserved next.

    Of all windows that hold `now`, the one that started last is shown: a leave covers "working from home", and
    "working from home" comes back after it. Starts and ends that are due count even if they are not yet processed.
    A status in force stays in force if the clock is set back.
    """
    in_force: list[Status] = []
    reserved = None
    for status in statuses:
        if status.window.is_over(now):
            continue
        if status.schedule_type is ScheduleType.RESERVED and status.window.is_ahead(now):
            reserved = status
        else:
            in_force.append(promoted(status))
    in_force.sort(key=lambda status: (status.in_force_at, status.sequence), reverse=True)
    return Timeline(tuple(in_force), reserved)


@dataclass(frozen=True, slots=True)
class Settlement:
    """A person's statuses after every due start and end, and the events of these, in the order of their due times."""

    statuses: tuple[Status, ...]
    events: tuple[Event, ...]


def settle(statuses: Sequence[Status], now: datetime) -> Settlement:
    """Carry out every start and end that is due at `now`."""
    events = [event for status in statuses if (event := _due(status, now))]
    events.sort(key=lambda event: (event.due_at, event.kind is EventKind.PROMOTED))
    return Settlement(as_of(statuses, now).statuses, tuple(events))


def _due(status: Status, now: datetime) -> Event | None:
    if status.schedule_type is ScheduleType.PRESENT:
        is_over = status.window.is_over(now)
        return Event(EventKind.DISABLED, status, due_at=status.window.ends_at) if is_over else None
    if status.window.is_ahead(now):
        return None
    kind = kind_of_start(status.window, now)
    after = promoted(status) if kind is EventKind.PROMOTED else status
    return Event(kind, after, due_at=status.in_force_at)


def kind_of_start(window: Window, now: datetime) -> EventKind:
    """Return what becomes of a reserved status whose start is due: PROMOTED, or LAPSED if its end is due as well."""
    return EventKind.LAPSED if window.is_over(now) else EventKind.PROMOTED


def post(statuses: Sequence[Status], draft: Draft, now: datetime) -> tuple[tuple[Status, ...], Status]:
    """Add the status that `draft` requests, and return all statuses and the requested one.

    A posted present status replaces every one in force, shown or covered; a reserved one replaces the reserved one.
    A repeated post changes nothing: sync jobs send the same statuses every half hour.

    Raises:
        WindowIsOver: the end of the draft is not after `now`.
    """
    new = begin(draft, now, sequence=next_sequence(statuses))
    if repeated := _already_there(statuses, draft, now):
        return tuple(statuses), repeated
    return (*_other_slot(statuses, new), new), new


def put(
    statuses: Sequence[Status], status_id: str, draft: Draft, now: datetime
) -> tuple[tuple[Status, ...], Status]:
    """Change one status as `draft` requests, and return all statuses and the changed one.

    If its schedule type changes, it replaces the statuses of the new type, as a posted one does.

    Raises:
        StatusUnknown: no status has this id.
        WindowIsOver: the end of the draft is not after `now`.
    """
    old = as_of(statuses, now).status(status_id)
    new = rewrite(old, draft, now, sequence=next_sequence(statuses))
    others = [status for status in statuses if status.id != status_id]
    if new.schedule_type is not old.schedule_type:
        others = _other_slot(others, new)
    return (*others, new), new


def delete(statuses: Sequence[Status], status_id: str, now: datetime) -> tuple[Status, ...]:
    """Delete one status, or raise `StatusUnknown`; what it covered shows again."""
    gone = as_of(statuses, now).status(status_id)
    return tuple(status for status in statuses if status.id != gone.id)


def lay(statuses: Sequence[Status], new: Status) -> tuple[Status, ...]:
    """Put `new` on top of the statuses in force, or instead of the reserved one."""
    others = [status for status in statuses if status.id != new.id]
    if new.schedule_type is ScheduleType.RESERVED:
        others = _other_slot(others, new)
    return (*others, new)


def next_sequence(statuses: Sequence[Status]) -> int:
    """Return the sequence of the next status to be written."""
    return max((status.sequence for status in statuses), default=0) + 1


def _already_there(statuses: Sequence[Status], draft: Draft, now: datetime) -> Status | None:
    """Find the status that `draft` repeats.

    A draft with a start requests a window, which a covered status has already. A draft without a start requests what
    is shown from now on, so it repeats only the status that is shown.
    """
    timeline = as_of(statuses, now)
    candidates = [status for status in timeline.statuses if status.says(draft)]
    return next((status for status in candidates if draft.starts_at or status is timeline.shown), None)


def _other_slot(statuses: Iterable[Status], new: Status) -> list[Status]:
    return [status for status in statuses if status.schedule_type is not new.schedule_type]
