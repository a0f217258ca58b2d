"""Bookings: what a client last said of a status, under an id of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.events import as_told
from domain.refusals import OwnBookingsOnly
from domain.status import Draft, Status, draft_of
from domain.timeline import add, as_of, edit


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What a client last said of a status (`word`). It outlives the status, so that repeating it revives nothing."""

    person_id: int
    status_id: str
    word: Draft


@dataclass(frozen=True, slots=True)
class Booked:
    """The result of an upsert: all statuses, and the booking. Its status is gone if the client repeated itself."""

    statuses: tuple[Status, ...]
    booking: Booking


def book(  # noqa: PLR0913 (who, what, when)
    statuses: Sequence[Status],
    earlier: Booking | None,
    word: Draft,
    now: datetime,
    *,
    person_id: int,
    sequence: int,
) -> Booked:
    """Carry out what a client says of its status: only what differs from the last time is applied.

    What others changed since then stays. A status that was ended or deleted stays away, unless its window changes.

    Raises:
        WindowIsOver: the end of a new or changed window is not after `now`.
    """
    if earlier is None:
        after, new = add(statuses, word, now, sequence=sequence)
        return Booked(after, Booking(person_id=person_id, status_id=new.id, word=word))
    booking = replace(earlier, word=word)
    changes = _changes(earlier.word, word)
    if not changes:
        return Booked(tuple(statuses), booking)
    status = next((one for one in as_of(statuses, now).statuses if one.id == earlier.status_id), None)
    if status is not None:
        after, _ = edit(statuses, status.id, replace(draft_of(status), **changes), now, sequence=sequence)
        return Booked(after, booking)
    if changes.keys().isdisjoint(_WINDOW):
        return Booked(tuple(statuses), booking)
    after, new = add(statuses, word, now, sequence=sequence)
    return Booked(after, replace(booking, status_id=new.id))


_WINDOW = ("starts_at", "ends_at", "wish", "zone")
_SAID = ("profile_status_id", "message", "auto_reply")


def _changes(before: Draft, after: Draft) -> dict[str, Any]:
    """Return the fields that differ, with their new values; a window always with both of its ends."""
    changes = {name: getattr(after, name) for name in _SAID if getattr(after, name) != getattr(before, name)}
    if "auto_reply" in changes:
        changes["is_muted"] = False
    if _window(before) != _window(after):
        changes |= {name: getattr(after, name) for name in _WINDOW}
    return changes


def _window(word: Draft) -> tuple[Any, ...]:
    """Return the window as it was said: days and local times mean other moments when the rules of their zone change."""
    return (word.starts_at, word.ends_at) if word.wish is None else (word.wish, word.zone)


def check_only_own(before: Sequence[Status], after: Sequence[Status], client: str) -> None:
    """Raise `OwnBookingsOnly` if a status of somebody else is changed or removed, or loses its id of NAVER WORKS."""
    kept = {status.id: (as_told(status), status.works_id) for status in after}
    others = (status for status in before if status.client != client)
    if any(kept.get(status.id) != (as_told(status), status.works_id) for status in others):
        raise OwnBookingsOnly
