"""One status of a person: what is shown, from when until when, and the mail reply that goes with it."""

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from domain.auto_reply import AutoReply
from domain.refusals import EndMissing, WindowIsEmpty, WindowIsOver
from domain.window import Window


class ScheduleType(StrEnum):
    """Whether a status waits or is in force."""

    RESERVED = "RESERVED"  #: waits for its window; `promote_due` takes it on
    PRESENT = "PRESENT"  #: in force; ends by `disable_due`, or when its person says something else


class Origin(StrEnum):
    """Which dialect wrote a status first."""

    WORKS = "works"  #: the NAVER WORKS user-profile-status API
    OOF = "oof"  #: grommunio's out-of-office API


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody wants a person's status to be. Times keep the offset they were written with.

    Raises:
        EndMissing: a start is given, and no end.
        WindowIsEmpty: the end does not lie after the start.
    """

    profile_status_id: str
    message: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    auto_reply: AutoReply | None = None
    origin: Origin = Origin.WORKS

    def __post_init__(self) -> None:
        if self.starts_at is not None and self.ends_at is None:
            raise EndMissing("endTime")
        if self.starts_at is not None and self.ends_at is not None and self.ends_at <= self.starts_at:
            raise WindowIsEmpty("endTime")


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A status as it is kept.

    `starts_at` and `ends_at` are what its writer said, in the writer's offset; `in_force_at` (UTC) is when it
    comes or came into force. `turn` counts the statuses of one person as they were written, and decides between
    two that came into force at the same moment.
    """

    id: str
    profile_status_id: str
    message: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    auto_reply: AutoReply | None
    origin: Origin
    schedule_type: ScheduleType
    in_force_at: datetime
    turn: int

    @property
    def window(self) -> Window:
        """Return when the status is in force."""
        return Window(self.in_force_at, self.ends_at)

    @property
    def is_out_of_office(self) -> bool:
        """Return whether mail is answered while the status is in force, as grommunio would see it."""
        if self.auto_reply is None:
            return False
        return self.origin is Origin.OOF or self.auto_reply.answers_anybody

    def says(self, draft: Draft) -> bool:
        """Return whether `draft` asks for nothing but this status."""
        return (
            self.profile_status_id == draft.profile_status_id
            and self.message == draft.message
            and _same_moment(self.starts_at, draft.starts_at)
            and _same_moment(self.ends_at, draft.ends_at)
            and self.auto_reply == draft.auto_reply
        )


_ID_GROUPS: Final = (4, 4, 4, 12)


def new_status_id() -> str:
    """Return a fresh id of the shape `uprofile-b785-4aae-c330-01e94337846b`."""
    return "-".join(["uprofile", *(secrets.token_hex(digits // 2) for digits in _ID_GROUPS)])


def begin(draft: Draft, now: datetime, *, turn: int) -> Status:
    """Return the status that `draft` asks for: RESERVED when its start lies ahead of `now`, else PRESENT.

    Raises:
        WindowIsOver: the end does not lie ahead of `now`.
    """
    return _placed(draft, now, id=new_status_id(), turn=turn, in_force_since=None)


def rewrite(status: Status, draft: Draft, now: datetime, *, turn: int) -> Status:
    """Return `status` as `draft` wants it, under the same id.

    What is in force and stays so keeps its place among what it covers and what covers it.

    Raises:
        WindowIsOver: the end does not lie ahead of `now`.
    """
    if status.schedule_type is ScheduleType.PRESENT and not _is_ahead(draft, now):
        return _placed(
            draft,
            now,
            id=status.id,
            turn=status.turn,
            in_force_since=status.in_force_at,
        )
    if status.schedule_type is ScheduleType.RESERVED and _is_ahead(draft, now):
        return _placed(draft, now, id=status.id, turn=status.turn, in_force_since=None)
    return _placed(draft, now, id=status.id, turn=turn, in_force_since=None)


def draft_of(status: Status) -> Draft:
    """Return the draft that asks for what `status` says already."""
    return Draft(
        profile_status_id=status.profile_status_id,
        message=status.message,
        starts_at=status.starts_at,
        ends_at=status.ends_at,
        auto_reply=status.auto_reply,
        origin=status.origin,
    )


def is_same(one: Status, other: Status) -> bool:
    """Return whether both are equal to the letter, down to the offsets that their times were written with."""
    return one == other and one.says(draft_of(other))


def promoted(status: Status) -> Status:
    """Return `status` in force."""
    return replace(status, schedule_type=ScheduleType.PRESENT)


def _placed(draft: Draft, now: datetime, *, id: str, turn: int, in_force_since: datetime | None) -> Status:  # noqa: A002 (the field's name)
    if draft.ends_at is not None and draft.ends_at <= now:
        raise WindowIsOver("endTime")
    if draft.starts_at is not None and _is_ahead(draft, now):
        schedule_type, in_force_at = (
            ScheduleType.RESERVED,
            draft.starts_at.astimezone(UTC),
        )
    else:
        schedule_type, in_force_at = ScheduleType.PRESENT, in_force_since or now
    return Status(
        id=id,
        profile_status_id=draft.profile_status_id,
        message=draft.message,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        auto_reply=draft.auto_reply,
        # An out-of-office whose auto-reply was taken away is a status like any other.
        origin=draft.origin if draft.auto_reply else Origin.WORKS,
        schedule_type=schedule_type,
        in_force_at=in_force_at,
        turn=turn,
    )


def _is_ahead(draft: Draft, now: datetime) -> bool:
    return draft.starts_at is not None and now < draft.starts_at


def _same_moment(one: datetime | None, other: datetime | None) -> bool:
    """Return whether both are the same moment, written with the same offset."""
    if one is None or other is None:
        return one is other
    return one == other and one.utcoffset() == other.utcoffset()
