"""A person's statuses over time: which one is shown, which are due, and how a request changes them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.events import Event, EventKind
from domain.refusals import NotBegun, StatusUnknown
from domain.status import Draft, Place, ScheduleType, Status, begin, new_status_id, promoted, rewrite
from domain.window import Window


@dataclass(frozen=True, slots=True)
class Timeline:
    """The statuses in force at a moment, the shown one first, and those that lie ahead, the next one first."""

    in_force: tuple[Status, ...]
    ahead: tuple[Status, ...]

    @property
    def shown(self) -> Status | None:
        """Return the status that others see."""
        return self.in_force[0] if self.in_force else None

    def reserved_in(self, place: Place) -> Status | None:
        """Return the status that lies ahead and fills this place."""
        return next((status for status in self.ahead if status.place is place), None)

    @property
    def reserved(self) -> Status | None:
        """Return the reserved status that the dialects show: that of NAVER WORKS, else that of grommunio."""
        return self.reserved_in(Place.WORKS) or self.reserved_in(Place.OOF)

    @property
    def seen(self) -> tuple[Status, ...]:
        """Return what the dialects see: every status in force, and those that fill a place. They see no plans."""
        return (*self.in_force, *(status for status in self.ahead if status.place is not None))

    @property
    def statuses(self) -> tuple[Status, ...]:
        """Return every status in force or ahead."""
        return (*self.in_force, *self.ahead)

    def with_works_id(self, works_id: str) -> Status:
        """Return the status that NAVER WORKS' clients know by this id; raise `StatusUnknown` if there is none."""
        for status in self.statuses:
            if status.works_id == works_id:
                return status
        raise StatusUnknown

    def status(self, status_id: str) -> Status:
        """Return the status with this id; raise `StatusUnknown` if it is neither in force nor ahead."""
        for status in self.statuses:
            if status.id == status_id:
                return status
        raise StatusUnknown


def as_of(statuses: Iterable[Status], now: datetime) -> Timeline:
    """Return what a person shows at `now`, and what lies ahead.

    Of all windows that hold `now`, the one that started last is shown: a leave covers "working from home", and
    "working from home" comes back after it. Of those that started at the same moment it is the one written last. Starts
    and ends that are due count even if they are not yet processed. A status in force stays in force if the clock is set
    back.
    """
    in_force: list[Status] = []
    ahead: list[Status] = []
    for status in statuses:
        if status.window.is_over(now):
            continue
        if status.schedule_type is ScheduleType.RESERVED and status.window.is_ahead(now):
            ahead.append(status)
        else:
            in_force.append(promoted(status))
    in_force.sort(key=_order, reverse=True)
    ahead.sort(key=_order)
    return Timeline(tuple(in_force), tuple(ahead))


def _order(status: Status) -> tuple[datetime, int]:
    return status.in_force_at, status.sequence


@dataclass(frozen=True, slots=True)
class Settlement:
    """A person's statuses after every due start and end, and the events of these, in the order of their due times."""

    statuses: tuple[Status, ...]
    events: tuple[Event, ...]


def settle(statuses: Sequence[Status], now: datetime) -> Settlement:
    """Carry out every start and end that is due at `now`."""
    in_order = sorted(statuses, key=lambda status: status.sequence)
    events = [event for status in in_order if (event := _due(status, now))]
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


def post(
    statuses: Sequence[Status], draft: Draft, now: datetime, *, sequence: int
) -> tuple[tuple[Status, ...], Status]:
    """Add the status that `draft` requests through NAVER WORKS, and return all statuses and the requested one.

    A posted present status replaces those in force that fill the place of NAVER WORKS, shown or covered; a reserved one
    replaces the reserved one of that place. It covers the others. A repeated post changes nothing: sync jobs send the
    same statuses every half hour.

    Raises:
        WindowIsOver: the end of the draft is not after `now`.
    """
    new = begin(_without_hidden_reply(draft), now, sequence=sequence)
    if repeated := _already_there(statuses, draft, now):
        return tuple(statuses), repeated
    return (*_without_own(statuses, new), new), new


def put(
    statuses: Sequence[Status], status_id: str, draft: Draft, now: datetime, *, sequence: int
) -> tuple[tuple[Status, ...], Status]:
    """Replace one status as `draft` requests, and return all statuses and the requested one.

    If the status is another system's, only an edit of it changes it: the same profile status from the same start.
    Anything else covers it. The new status then has the id by which NAVER WORKS' clients knew it, and it gets another.

    Raises:
        StatusUnknown: no status has this id.
        WindowIsOver: the end of the draft is not after `now`.
    """
    old = as_of(statuses, now).status(status_id)
    if old.place is Place.WORKS or _is_edit(draft, old):
        return change(statuses, status_id, draft, now, sequence=sequence)
    draft = replace(_without_hidden_reply(draft), place=Place.WORKS, wish=None, zone=None)
    new = replace(begin(draft, now, sequence=sequence), works_id=old.works_id)
    renamed = replace(old, works_id=new_status_id())
    others = [renamed if status.id == old.id else status for status in _without_own(statuses, new)]
    return (*others, new), new


def _without_hidden_reply(draft: Draft) -> Draft:
    """Return `draft` for a new status, without what was completed from another one's reply and is not shown."""
    auto_reply = None if draft.is_muted else draft.auto_reply
    return replace(draft, auto_reply=auto_reply and replace(auto_reply, is_emptied=False), is_muted=False)


def _is_edit(draft: Draft, old: Status) -> bool:
    if old.says(draft):
        return True
    if draft.starts_at is None or old.starts_at is None:
        return False
    is_same_start = draft.starts_at.instant == old.starts_at.instant
    return is_same_start and draft.profile_status_id == old.profile_status_id


def change(
    statuses: Sequence[Status], status_id: str, draft: Draft, now: datetime, *, sequence: int
) -> tuple[tuple[Status, ...], Status]:
    """Change one status as `draft` requests, whoever wrote it, and return all statuses and the changed one.

    If one in the place of NAVER WORKS comes into force or becomes reserved, it replaces the others of that place, as a
    posted one does. One of another place leaves it if it moves into a place that is taken.

    Raises:
        StatusUnknown: no status has this id.
        WindowIsOver: the end of the draft is not after `now`.
    """
    old = as_of(statuses, now).status(status_id)
    new = rewrite(old, draft, now, sequence=sequence)
    others = [status for status in statuses if status.id != status_id]
    if new.place is not old.place and _is_taken(others, new):
        new = replace(new, place=None)
    if new.place is Place.WORKS and old.place is Place.WORKS and new.schedule_type is not old.schedule_type:
        others = _without_own(others, new)
    return (*others, new), new


def edit(
    statuses: Sequence[Status], status_id: str, draft: Draft, now: datetime, *, sequence: int
) -> tuple[tuple[Status, ...], Status]:
    """Change one status natively, whoever wrote it, and return all statuses and the changed one.

    It replaces no other: a status that moves into a place that is taken fills none.

    Raises:
        StatusUnknown: no status has this id.
        WindowIsOver: the end of the draft is not after `now`.
    """
    old = as_of(statuses, now).status(status_id)
    new = rewrite(old, draft, now, sequence=sequence)
    others = [status for status in statuses if status.id != status_id]
    if _is_taken(others, new):
        new = replace(new, place=None)
    return (*others, new), new


def add(
    statuses: Sequence[Status], draft: Draft, now: datetime, *, sequence: int
) -> tuple[tuple[Status, ...], Status]:
    """Add the status that `draft` requests natively, and return all statuses and the new one. It replaces no other.

    Raises:
        WindowIsOver: the end of the draft is not after `now`.
    """
    native = draft if draft.place is None else replace(draft, place=None)
    new = begin(native, now, sequence=sequence)
    return (*statuses, new), new


def end(statuses: Sequence[Status], status_id: str, now: datetime) -> tuple[Status, ...]:
    """End a status that is in force.

    Raises:
        StatusUnknown: no status has this id.
        NotBegun: it lies ahead.
    """
    status = as_of(statuses, now).status(status_id)
    if status.schedule_type is ScheduleType.RESERVED:
        raise NotBegun(status.starts_at.written if status.starts_at else status.in_force_at)
    return delete(statuses, status_id, now)


def delete(statuses: Sequence[Status], status_id: str, now: datetime) -> tuple[Status, ...]:
    """Delete one status, or raise `StatusUnknown`; what it covered shows again."""
    gone = as_of(statuses, now).status(status_id)
    return tuple(status for status in statuses if status.id != gone.id)


def lay(statuses: Sequence[Status], new: Status) -> tuple[Status, ...]:
    """Add `new`, or put it instead of the status that has its id."""
    return (*(status for status in statuses if status.id != new.id), new)


def _already_there(statuses: Sequence[Status], draft: Draft, now: datetime) -> Status | None:
    """Find the status that `draft` repeats, among those that NAVER WORKS' clients see.

    A draft with a start requests a window, which a covered status has already. A draft without a start requests what
    is shown from now on, so it repeats only the status that is shown.
    """
    timeline = as_of(statuses, now)
    candidates = [status for status in timeline.seen if status.says(draft)]
    return next((status for status in candidates if draft.starts_at or status is timeline.shown), None)


def _without_own(statuses: Iterable[Status], new: Status) -> list[Status]:
    """Leave out what `new` replaces: what fills the place of NAVER WORKS, in force or reserved as `new` is."""
    return [
        status
        for status in statuses
        if status.place is not Place.WORKS or status.schedule_type is not new.schedule_type
    ]


def _is_taken(others: Iterable[Status], new: Status) -> bool:
    """Return whether another status fills the place of `new`. In force, any number fill that of NAVER WORKS."""
    rivals = [other for other in others if other.place is new.place]
    if new.place is Place.WORKS:
        return any(other.schedule_type is new.schedule_type is ScheduleType.RESERVED for other in rivals)
    return new.place is not None and bool(rivals)
