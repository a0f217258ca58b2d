"""Planned statuses as callers say them: what is shown, in which wished window, with which auto-reply."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from domain.auto_reply import AutoReply
from domain.directory import Domain
from domain.refusals import TextTooLong, TooFarAhead
from domain.rich_text import size_without_pictures
from domain.status import Draft, Status, draft_of
from domain.unchanged import UNCHANGED, Unchanged, value_or
from domain.wishes import NO_TIMES, TIMES, Wish, parse, planned, start_field, to_document
from domain.zones import check_zone


@dataclass(frozen=True, slots=True)
class Limits:
    """What can be planned for one person: how far ahead a status may begin, how many may lie ahead, and how much text.

    `largest_reply` is in bytes, without pictures.
    """

    ahead: timedelta = timedelta(days=731)
    most: int = 1000
    largest_reply: int = 1_000_000


@dataclass(frozen=True, slots=True)
class WishedWindow:
    """A window as it was said; `zone` (an IANA name) is where, by default the zone of the person's domain."""

    wish: Wish = NO_TIMES
    zone: str | None = None

    def applied_to(self, draft: Draft, domain: Domain) -> Draft:
        """Return `draft` in this window, for a person of `domain`.

        Raises:
            ZoneUnknown: there is no such zone.
            DayIsSkipped: the zone has no such day.
            WindowIsEmpty: nothing is left between the start and the end.
            EndMissing: there is a start, but no end.
        """
        if self.zone is not None:
            check_zone(self.zone)
        window = planned(self.wish, self.zone, domain_zone=domain.zone, day_halves=domain.day_halves)
        return replace(
            draft,
            starts_at=window.starts_at,
            ends_at=window.ends_at,
            wish=window.wish,
            zone=window.zone,
        )


NOW_ON: Final = WishedWindow()


@dataclass(frozen=True, slots=True)
class WindowPatch:
    """The parts of a wished window that change, as `domain.wishes.parse` takes them; `None` empties a part.

    The others stay as they were said: an earlier end leaves the start alone. Where days are said instead of times, the
    times are dropped. Where a time is said instead of days, the other end becomes the moment that the days meant.
    """

    said: Mapping[str, str | None]
    zone: str | Unchanged | None = UNCHANGED

    def applied_to(self, draft: Draft, domain: Domain) -> Draft:
        """Return `draft` with these changes, for a person of `domain`; raise as `WishedWindow.applied_to` does."""
        parts = self._kept(draft) | dict(self.said)
        if self.said.get("half") is not None:
            parts |= {"fromHalf": None, "toHalf": None}
        elif any(self.said.get(name) is not None for name in ("fromHalf", "toHalf")):
            parts["half"] = None
        zone = value_or(draft.zone, self.zone)
        return WishedWindow(parse(parts) or NO_TIMES, zone).applied_to(draft, domain)

    def _kept(self, draft: Draft) -> dict[str, str | None]:
        before = to_document(draft.wish) if draft.wish is not None else {}
        says_times = bool(TIMES & {name for name, value in self.said.items() if value is not None})
        says_days = not says_times and any(value is not None for value in self.said.values())
        if says_days:
            return {name: value for name, value in before.items() if name not in TIMES}
        if before.keys() <= TIMES and before:
            return dict(before)
        if before and not says_times:
            return dict(before)
        ends = {"startsAt": draft.starts_at, "endsAt": draft.ends_at}
        return {name: moment.written.isoformat() for name, moment in ends.items() if moment is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A status that somebody wants for a person. It fills no dialect's place."""

    profile_status_id: str
    message: str | None = None
    window: WishedWindow = NOW_ON
    auto_reply: AutoReply | None = None

    def draft(self, domain: Domain) -> Draft:
        """Return the draft of it, for a person of `domain`.

        Raises:
            InvalidValue: the window is impossible.
        """
        draft = Draft(
            profile_status_id=self.profile_status_id,
            message=self.message,
            auto_reply=self.auto_reply,
            place=None,
        )
        return self.window.applied_to(draft, domain)

    def applied_to(self, old: Status, domain: Domain) -> Draft:
        """Return the draft of `old` as this plan says it. A reply that was switched off, and is the same, stays off.

        Raises:
            InvalidValue: the window is impossible.
        """
        is_muted = old.is_muted and self.auto_reply == old.auto_reply
        return replace(self.draft(domain), place=old.place, is_muted=is_muted)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPatch:
    """The fields of a status that change; `None` empties a field."""

    profile_status_id: str | Unchanged = UNCHANGED
    message: str | Unchanged | None = UNCHANGED
    window: WindowPatch | Unchanged = UNCHANGED
    auto_reply: AutoReply | Unchanged | None = UNCHANGED

    def applied_to(self, status: Status, domain: Domain) -> Draft:
        """Return the draft of `status` with these changes. A given reply is switched on.

        Raises:
            InvalidValue: the window is impossible.
        """
        draft = draft_of(status)
        if not isinstance(self.profile_status_id, Unchanged):
            draft = replace(draft, profile_status_id=self.profile_status_id)
        if not isinstance(self.message, Unchanged):
            draft = replace(draft, message=self.message)
        if not isinstance(self.auto_reply, Unchanged):
            draft = replace(draft, auto_reply=self.auto_reply, is_muted=False)
        return draft if isinstance(self.window, Unchanged) else self.window.applied_to(draft, domain)


def check_start(status: Status, latest: datetime) -> None:
    """Raise `TooFarAhead`, which tells `latest` by the clocks of the status, if it begins after that."""
    if status.in_force_at <= latest:
        return
    at = latest.astimezone(status.starts_at.written.tzinfo if status.starts_at else UTC)
    raise TooFarAhead(
        start_field(status.wish), hint=f"The latest start is {at.isoformat(timespec='minutes')}."
    )


def check_sizes(auto_reply: AutoReply | Unchanged | None, largest: int) -> None:
    """Raise `TextTooLong` if a reply has more than `largest` bytes, without its pictures."""
    if auto_reply is None or isinstance(auto_reply, Unchanged):
        return
    for side in (auto_reply.internal, auto_reply.external):
        if side is not None and side.body is not None and size_without_pictures(side.body) > largest:
            raise TextTooLong("auto_reply", hint=f"At most {largest} bytes, pictures within it not counted.")
