"""A status of a person: what is shown, during which window, and the auto-reply that goes with it."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from domain.auto_reply import AutoReply
from domain.moments import Moment
from domain.refusals import DayIsOver, EndMissing, WindowIsEmpty, WindowIsOver
from domain.window import Window
from domain.wishes import Days, Wish, end_field


class ScheduleType(StrEnum):
    """Whether a status waits for its start, or is in force."""

    RESERVED = "RESERVED"  #: waits for its start; `promote_due` brings it into force
    PRESENT = "PRESENT"  #: in force; `disable_due` ends it, or a new status replaces it


class Place(StrEnum):
    """The place of a dialect that a status fills. A write through a dialect replaces only what fills its place.

    A person has at most one reserved status in the place of NAVER WORKS, and at most one status in grommunio's. Planned
    statuses fill no place.
    """

    WORKS = "works"  #: the NAVER WORKS user-profile-status API: its reserved status, and its layers in force
    OOF = "oof"  #: grommunio's out-of-office API: one for as long as it exists


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A requested status. `wish` and `zone` say how its window was wished, as in `Status`.

    Raises:
        EndMissing: there is a start, but no end.
        WindowIsEmpty: the end is not after the start.
    """

    profile_status_id: str
    message: str | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    auto_reply: AutoReply | None = None
    place: Place | None = Place.WORKS
    is_muted: bool = False
    #: Whose status it is, if it is a new one.
    client: str | None = None
    wish: Wish | None = None
    zone: str | None = None

    def __post_init__(self) -> None:
        if self.starts_at is None:
            return
        if self.ends_at is None:
            raise EndMissing("ends_at")
        if self.ends_at.instant <= self.starts_at.instant:
            raise WindowIsEmpty("ends_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A status as stored.

    `id` never changes. `works_id` is the id by which NAVER WORKS' clients know the status; it is the same, until one of
    them replaces the status of another system. `is_muted` means that its auto-reply was switched off, and is kept.
    `starts_at` and `ends_at` are the moments of the request. `in_force_at` (UTC) is when the status comes or came into
    force. `sequence` numbers the statuses of one person in the order of writing. Of two that came
    into force at the same moment, the one with the higher number is shown.

    `wish` is the window as it was said, in days or local times, and `zone` (an IANA name) is where; without it, it is
    the zone of the person's domain. The moments follow when the rules of the zone change. Moments without a wish never
    move.
    """

    id: str
    works_id: str
    profile_status_id: str
    message: str | None
    starts_at: Moment | None
    ends_at: Moment | None
    auto_reply: AutoReply | None
    is_muted: bool
    place: Place | None
    #: Who booked it: an OAuth client, a person, or the name of a service. Unknown if it is from before this was kept.
    client: str | None
    schedule_type: ScheduleType
    in_force_at: datetime
    sequence: int
    wish: Wish | None = None
    zone: str | None = None

    @property
    def window(self) -> Window:
        """Return the window in which the status is in force."""
        return Window(self.in_force_at, self.ends_at.instant if self.ends_at else None)

    @property
    def auto_reply_on(self) -> AutoReply | None:
        """Return the auto-reply, unless it is muted."""
        return None if self.is_muted else self.auto_reply

    @property
    def is_out_of_office(self) -> bool:
        """Return whether the status is an out-of-office: it answers mail, or was written as one without a text."""
        if self.auto_reply is None or self.is_muted:
            return False
        return self.place is Place.OOF or self.auto_reply.is_switched_on

    def says(self, draft: Draft) -> bool:
        """Return whether `draft` requests exactly this status, whichever place it would fill, and muted or not."""
        return (
            self.profile_status_id == draft.profile_status_id
            and self.message == draft.message
            and self.starts_at == draft.starts_at
            and self.ends_at == draft.ends_at
            and self.auto_reply == draft.auto_reply
        )


_ID_BYTES: Final = 12


def new_status_id() -> str:
    """Return a new random id of the form `uprofile-b785-4aae-c330-01e94337846b`."""
    digits = secrets.token_hex(_ID_BYTES)
    return f"uprofile-{digits[:4]}-{digits[4:8]}-{digits[8:12]}-{digits[12:]}"


def begin(draft: Draft, now: datetime, *, sequence: int, instead_of: Status | None = None) -> Status:
    """Create the status that `draft` requests: RESERVED if its start is after `now`, else PRESENT.

    It has new ids, or those and the client of the status that it stands `instead_of`.

    Raises:
        WindowIsOver: the end is not after `now`.
    """
    if instead_of is not None:
        return _scheduled(
            replace(draft, client=instead_of.client),
            now,
            ids=_ids(instead_of),
            sequence=sequence,
            in_force_since=None,
        )
    status_id = new_status_id()
    return _scheduled(draft, now, ids=(status_id, status_id), sequence=sequence, in_force_since=None)


def rewrite(status: Status, draft: Draft, now: datetime, *, sequence: int) -> Status:
    """Change `status` as `draft` requests, under the same ids; it stays the status of the same client.

    A status that was in force and stays in force keeps its position in the order of covering. So does a reserved one
    whose start stays; one that moves covers what starts at the same moment.

    Raises:
        WindowIsOver: the end is not after `now`.
    """
    draft = replace(draft, client=status.client)
    if status.schedule_type is ScheduleType.PRESENT and not _is_ahead(draft, now):
        return _scheduled(
            draft,
            now,
            ids=_ids(status),
            sequence=status.sequence,
            in_force_since=status.in_force_at,
        )
    if (
        draft.starts_at is not None
        and draft.starts_at.instant == status.in_force_at
        and _is_ahead(draft, now)
    ):
        sequence = status.sequence
    return _scheduled(draft, now, ids=_ids(status), sequence=sequence, in_force_since=None)


def draft_of(status: Status) -> Draft:
    """Return the draft that requests exactly `status`."""
    return Draft(
        profile_status_id=status.profile_status_id,
        message=status.message,
        starts_at=status.starts_at,
        ends_at=status.ends_at,
        auto_reply=status.auto_reply,
        place=status.place,
        is_muted=status.is_muted,
        client=status.client,
        wish=status.wish,
        zone=status.zone,
    )


def promoted(status: Status) -> Status:
    """Return `status` as PRESENT."""
    return replace(status, schedule_type=ScheduleType.PRESENT)


def _ids(status: Status) -> tuple[str, str]:
    return status.id, status.works_id


def _scheduled(
    draft: Draft,
    now: datetime,
    *,
    ids: tuple[str, str],
    sequence: int,
    in_force_since: datetime | None,
) -> Status:
    if draft.ends_at is not None and draft.ends_at.instant <= now:
        raise _over(draft.wish)
    if draft.starts_at is not None and _is_ahead(draft, now):
        schedule_type, in_force_at = ScheduleType.RESERVED, draft.starts_at.instant
    else:
        schedule_type, in_force_at = ScheduleType.PRESENT, in_force_since or now
    status_id, works_id = ids
    gave_up_its_place = draft.place is Place.OOF and draft.auto_reply is None
    return Status(
        id=status_id,
        works_id=works_id,
        profile_status_id=draft.profile_status_id,
        message=draft.message,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        auto_reply=draft.auto_reply,
        is_muted=draft.is_muted and draft.auto_reply is not None,
        # An out-of-office without its auto-reply is an ordinary status.
        place=Place.WORKS if gave_up_its_place else draft.place,
        client=draft.client,
        schedule_type=schedule_type,
        in_force_at=in_force_at,
        sequence=sequence,
        wish=draft.wish,
        zone=draft.zone,
    )


def _over(wish: Wish | None) -> WindowIsOver:
    if isinstance(wish, Days) and wish.first == wish.last:
        # Its end may not have been said.
        return DayIsOver("from")
    return WindowIsOver(end_field(wish))


def _is_ahead(draft: Draft, now: datetime) -> bool:
    return draft.starts_at is not None and now < draft.starts_at.instant
