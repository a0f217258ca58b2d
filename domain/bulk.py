"""Changes of many people's plans at once: what a client wants, compared with what it has booked; and the way back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from domain.bookings import Booking, book
from domain.plans import check_start
from domain.refusals import ExternalIdTaken, Refusal, TooManyPlans, WindowIsOver
from domain.status import Draft, ScheduleType, Status, begin, draft_of
from domain.timeline import edit
from domain.window import Window


class Action(StrEnum):
    """What a change does to one booking."""

    NEW = "new"
    MOVED = "moved"  #: another window
    SHORTENED = "shortened"  #: a window within the earlier one
    CHANGED = "changed"  #: the same window
    CANCELLED = "cancelled"  #: the client does not want it any more
    UNCHANGED = "unchanged"
    REFUSED = "refused"


#: The actions that change a status.
CHANGING = frozenset({Action.NEW, Action.MOVED, Action.SHORTENED, Action.CHANGED, Action.CANCELLED})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a client says of one of its statuses, and who it is. `number` is that of the entry in the change."""

    number: int
    external_id: str
    word: Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of one booking, with its status before and after; `earlier` is the client's last word of it."""

    #: Without one it is not an entry of the change: the client does not mention it any more.
    number: int | None
    external_id: str
    action: Action
    word: Draft | None = None
    earlier: Draft | None = None
    before: Status | None = None
    after: Status | None = None
    reason: Refusal | None = None

    def is_as(self, planned: "Decision") -> bool:
        """Return whether the same was planned, whatever started or ended by itself since."""
        if self.action is not planned.action or self.earlier != planned.earlier:
            return False
        if self.action in {Action.NEW, Action.UNCHANGED}:
            return True
        return _says(self.before) == _says(planned.before) and _says(self.after) == _says(planned.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What one person has: all statuses, after every due start and end, and the bookings of the client by their ids."""

    person_id: int
    statuses: tuple[Status, ...]
    bookings: Mapping[str, Booking]

    @property
    def sequence(self) -> int:
        """Return the highest sequence of the statuses."""
        return max((status.sequence for status in self.statuses), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a change must keep to."""

    #: Raises a refusal if the profile status of a new word cannot be used.
    check: Callable[[Draft], None]
    #: The latest moment at which a status may begin.
    latest_start: datetime
    #: How many statuses may lie ahead.
    most_ahead: int
    #: What begins within this window and is not wanted is cancelled.
    all_of: Window | None = None


@dataclass(slots=True)
class Outcome:
    """A person's statuses after a change, the bookings to save and to forget, and the decisions."""

    statuses: tuple[Status, ...]
    saved: dict[str, Booking] = field(default_factory=dict)
    forgotten: set[str] = field(default_factory=set)
    decisions: list[Decision] = field(default_factory=list)


def decide(held: Held, wanted: Sequence[Wanted], now: datetime, rules: Rules) -> Outcome:
    """Compare what a client wants for a person with what it has booked; each entry as an upsert would do it.

    What is not wanted any more is cancelled first, and its booking forgotten: the client can book it again.
    """
    outcome = Outcome(held.statuses)
    if rules.all_of is not None:
        _cancel_missing(outcome, held, {one.external_id for one in wanted}, rules.all_of)
    ids = {status.id: status for status in outcome.statuses}
    sequence = held.sequence
    ahead = sum(status.schedule_type is ScheduleType.RESERVED for status in outcome.statuses)
    for one in wanted:
        booking = held.bookings.get(one.external_id)
        before = ids.get(booking.status_id) if booking else None
        try:
            decision = _decide(outcome, held, one, booking, before, now, rules, sequence, ahead)
        except Refusal as reason:
            outcome.decisions.append(
                Decision(number=one.number, external_id=one.external_id, action=Action.REFUSED, reason=reason)
            )
            continue
        outcome.decisions.append(decision)
        after = decision.after
        if after is not None and after is not before:
            sequence = max(sequence, after.sequence)
            ahead += _is_ahead(after) - _is_ahead(before)
    return outcome


def _decide(  # noqa: PLR0913, PLR0917 (one entry of `decide`)
    outcome: Outcome,
    held: Held,
    one: Wanted,
    booking: Booking | None,
    before: Status | None,
    now: datetime,
    rules: Rules,
    sequence: int,
    ahead: int,
) -> Decision:
    if booking is not None and booking.person_id != held.person_id:
        raise ExternalIdTaken("That status is another person's: use another id.")
    if booking is None or booking.word.profile_status_id != one.word.profile_status_id:
        rules.check(one.word)
    # The others do not matter to it, and looking at all of them for each entry would take seconds for a thousand.
    few = tuple(status for status in outcome.statuses if status.place is not None or status is before)
    booked = book(few, booking, one.word, now, person_id=held.person_id, sequence=sequence + 1)
    # A status that is written comes last.
    is_written = booked.statuses is not few
    after = booked.statuses[-1] if is_written else before
    if after is not None and _is_ahead(after):
        _check_limits(before, after, ahead, rules)
    if is_written:
        looked_at = {status.id for status in few}
        others = (status for status in outcome.statuses if status.id not in looked_at)
        outcome.statuses = (*others, *booked.statuses)
    earlier = booking.word if booking else None
    if booked.booking != booking:
        outcome.saved[one.external_id] = booked.booking
    return Decision(
        number=one.number,
        external_id=one.external_id,
        action=_action(before, after),
        word=one.word,
        earlier=earlier,
        before=before,
        after=after,
    )


def _check_limits(before: Status | None, after: Status, ahead: int, rules: Rules) -> None:
    if before is None or before.in_force_at != after.in_force_at:
        check_start(after, rules.latest_start)
    if ahead >= rules.most_ahead and not _is_ahead(before):
        raise TooManyPlans(rules.most_ahead)


def _cancel_missing(outcome: Outcome, held: Held, wanted: set[str], all_of: Window) -> None:
    ids = {status.id: status for status in outcome.statuses}
    for external_id, booking in sorted(held.bookings.items()):
        status = ids.get(booking.status_id)
        if external_id in wanted or booking.person_id != held.person_id or status is None:
            continue
        if not all_of.holds(_begins_at(status)):
            continue
        del ids[status.id]
        outcome.forgotten.add(external_id)
        outcome.decisions.append(
            Decision(
                number=None,
                external_id=external_id,
                action=Action.CANCELLED,
                earlier=booking.word,
                before=status,
            )
        )
    outcome.statuses = tuple(ids.values())


def _begins_at(status: Status) -> datetime:
    return status.starts_at.instant if status.starts_at else status.in_force_at


def _is_ahead(status: Status | None) -> bool:
    return status is not None and status.schedule_type is ScheduleType.RESERVED


def _action(before: Status | None, after: Status | None) -> Action:
    if after is None or (before is not None and _says(before) == _says(after)):
        return Action.UNCHANGED
    if before is None:
        return Action.NEW
    if (before.starts_at, before.ends_at) == (after.starts_at, after.ends_at):
        return Action.CHANGED
    return Action.SHORTENED if _is_within(after, before) else Action.MOVED


def _is_within(after: Status, before: Status) -> bool:
    if before.ends_at is not None and (
        after.ends_at is None or after.ends_at.instant > before.ends_at.instant
    ):
        return False
    return _begins_at(after) >= _begins_at(before)


def _says(status: Status | None) -> Draft | None:
    """Return what a status says, without what time changes."""
    return None if status is None else draft_of(status)


@dataclass(slots=True)
class TakenBack:
    """A person's statuses after an undo, the bookings to save and to forget, and what was left alone and why."""

    statuses: tuple[Status, ...]
    saved: dict[str, Booking] = field(default_factory=dict)
    forgotten: set[str] = field(default_factory=set)
    #: By the number of the entry.
    left: dict[int, str] = field(default_factory=dict)


class _Left(Exception):
    """It is left as it is; the message is the reason."""


def take_back(held: Held, done: Iterable[Decision], now: datetime) -> TakenBack:
    """Undo what a change did to a person. What somebody changed since, or is over, is left as it is."""
    back = TakenBack(held.statuses)
    for decision in reversed([one for one in done if one.action is not Action.REFUSED]):
        booking = held.bookings.get(decision.external_id)
        try:
            back.statuses = _without(back.statuses, decision, booking, now, held)
        except _Left as reason:
            if decision.number is not None:
                back.left[decision.number] = str(reason)
            if booking is not None and decision.earlier is not None and booking.word == decision.word:
                # Saying again what it said before is then no new word.
                back.saved[decision.external_id] = replace(booking, word=decision.earlier)
            continue
        if decision.earlier is None:
            back.forgotten.add(decision.external_id)
        elif decision.action in CHANGING or decision.earlier != decision.word:
            status_id = booking.status_id if booking else _id_of(decision)
            back.saved[decision.external_id] = Booking(
                person_id=held.person_id, status_id=status_id, word=decision.earlier
            )
    return back


def _id_of(decision: Decision) -> str:
    return decision.before.id if decision.before else ""


def _without(
    statuses: tuple[Status, ...],
    done: Decision,
    booking: Booking | None,
    now: datetime,
    held: Held,
) -> tuple[Status, ...]:
    """Return the statuses without the effect of one decision; raise `_Left` if that cannot be."""
    if done.action is Action.CANCELLED:
        return _restored(statuses, done, booking, now)
    if booking is None or booking.person_id != held.person_id or booking.word != done.word:
        if done.action is Action.UNCHANGED:
            return statuses
        raise _Left(_SAID_SINCE)
    if done.action is Action.UNCHANGED:
        return statuses
    status = next((one for one in statuses if one.id == booking.status_id), None)
    if status is None:
        raise _Left(_IS_OVER if _was_over(done, now) else _DELETED_SINCE)
    if done.action is Action.NEW or done.before is None:
        if not _is_as_wished(status, done):
            raise _Left(_CHANGED_SINCE)
        return tuple(one for one in statuses if one.id != status.id)
    if _says(status) != _expected(done):
        raise _Left(_CHANGED_SINCE)
    try:
        sequence = max(one.sequence for one in statuses) + 1
        after, _ = edit(statuses, status.id, draft_of(done.before), now, sequence=sequence)
    except WindowIsOver:
        raise _Left(_WAS_OVER) from None
    return after


def _is_as_wished(status: Status, done: Decision) -> bool:
    """Return whether a status says what it said then; where days were wished, their moments follow the zone."""
    says, said = _says(status), _expected(done)
    if says is None or said is None or said.wish is None:
        return says == said
    return replace(says, starts_at=None, ends_at=None) == replace(said, starts_at=None, ends_at=None)


def _restored(
    statuses: tuple[Status, ...], done: Decision, booking: Booking | None, now: datetime
) -> tuple[Status, ...]:
    before = done.before
    if before is None or booking is not None:
        raise _Left(_SAID_SINCE)
    sequence = max((one.sequence for one in statuses), default=0) + 1
    try:
        restored = begin(draft_of(before), now, sequence=sequence, instead_of=before)
    except WindowIsOver:
        raise _Left(_WAS_OVER) from None
    if before.schedule_type is restored.schedule_type:
        # It takes its position in the order of covering again.
        restored = replace(restored, in_force_at=before.in_force_at, sequence=before.sequence)
    return (*statuses, restored)


def _expected(done: Decision) -> Draft | None:
    return done.word if done.action is Action.NEW else _says(done.after)


def _was_over(done: Decision, now: datetime) -> bool:
    said = done.word if done.action is Action.NEW else _says(done.after)
    return said is not None and said.ends_at is not None and said.ends_at.instant <= now


_SAID_SINCE = "The client has said something else of it since."
_DELETED_SINCE = "Somebody has ended or deleted it since."
_CHANGED_SINCE = "Somebody has changed it since."
_IS_OVER = "It is over."
_WAS_OVER = "The window that it had before is over."
