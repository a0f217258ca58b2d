"""Out of office: a person's auto-reply, in force or reserved, as one setting (grommunio's view)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum
from typing import Final

from domain.auto_reply import Audience, AutoReply, Reply, count_bytes
from domain.moments import Moment
from domain.refusals import ValueMissing, WindowIsEmpty, WindowIsOver
from domain.rich_text import is_blank, is_plain, is_same, to_html
from domain.status import Draft, Place, Status, begin, draft_of, rewrite
from domain.timeline import Timeline, as_of, lay
from domain.window import Window
from domain.wishes import NO_TIMES, Times


class State(IntEnum):
    """Whether mail gets an automatic reply; the numbers are grommunio's `state`."""

    DISABLED = 0  #: no
    ENABLED = 1  #: from now on, until somebody changes it
    SCHEDULED = 2  #: during its window


@dataclass(frozen=True, slots=True)
class Text:
    """An HTML reply and its subject; without a reply there is no subject."""

    html: str
    subject: str | None = None

    @property
    def size(self) -> int:
        """Return the length of text and subject in bytes of UTF-8."""
        return count_bytes(self.html, self.subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfOffice:
    """The whole setting. The dates take effect only when `state` is SCHEDULED; otherwise they are only remembered.

    Dates are datetimes: they are equal if the instants are. Their offset is that of the domain's zone, and no editor
    can change it. `wish` has the local times that somebody submitted; the dates are what they mean.
    """

    state: State = State.DISABLED
    audience: Audience = Audience.NONE
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    internal: Text | None = None
    external: Text | None = None
    wish: Times = field(default=NO_TIMES, compare=False)


NEVER_SET: Final = OutOfOffice()

#: The profile status of a new out-of-office.
_PROFILE_STATUS: Final = "ABSENCE"


def view(timeline: Timeline, remembered: OutOfOffice) -> OutOfOffice:
    """Return the current setting: that of the status in force that answers mail, else of a reserved one.

    Of two reserved ones it is that of grommunio. Plans that lie ahead are not seen.

    `remembered` holds the texts and dates of the last write. They are shown when no status answers mail.
    """
    carrier = _carrier(timeline)
    if carrier is None or carrier.auto_reply is None:
        return replace(remembered, state=State.DISABLED)
    state, starts_at, ends_at = State.ENABLED, remembered.starts_at, remembered.ends_at
    if carrier.ends_at is not None:
        state, ends_at = State.SCHEDULED, carrier.ends_at.written
        starts_at = (
            carrier.starts_at.written if carrier.starts_at else carrier.in_force_at.replace(microsecond=0)
        )
    return OutOfOffice(
        state=state,
        audience=carrier.auto_reply.audience,
        starts_at=starts_at,
        ends_at=ends_at,
        internal=_text(carrier.auto_reply.internal),
        external=_text(carrier.auto_reply.external),
    )


@dataclass(frozen=True, slots=True)
class Written:
    """The result of a write: the person's statuses, and the setting to remember for the next time."""

    statuses: tuple[Status, ...]
    remembered: OutOfOffice


def write(
    statuses: Sequence[Status],
    remembered: OutOfOffice,
    wanted: OutOfOffice,
    now: datetime,
    *,
    sequence: int,
) -> Written:
    """Apply the setting `wanted`: change what differs from the current setting, and nothing else.

    Everything else stays as stored, including the values that only the other dialect can express.

    Raises:
        ValueMissing: `wanted` is scheduled and has no start or no end.
        WindowIsEmpty: its end is not after its start.
        WindowIsOver: its end is not after `now`.
    """
    timeline = as_of(statuses, now)
    carrier = _carrier(timeline)
    current = view(timeline, remembered)
    meant = _as_read(wanted, current, carrier)
    if meant == current:
        return Written(tuple(statuses), remembered)
    if carrier is not None:
        wanted = meant
    kept = replace(wanted, state=State.DISABLED)
    if _in_effect(meant) == _in_effect(current):
        return Written(tuple(statuses), kept)
    match wanted.state:
        case State.DISABLED:
            return Written(_switched_off(statuses, timeline), kept)
        case State.ENABLED:
            return Written(_set(statuses, current, wanted, now, sequence=sequence), kept)
        case State.SCHEDULED:
            _check_window(wanted, now)
            return Written(
                _set(statuses, current, wanted, now, sequence=sequence),
                replace(kept, starts_at=None, ends_at=None),
            )


def _as_read(wanted: OutOfOffice, current: OutOfOffice, carrier: Status | None) -> OutOfOffice:
    """Return `wanted`, with each text that an editor only reformatted replaced by the text that was read."""
    replies = (carrier.auto_reply if carrier else None) or AutoReply()
    return replace(
        wanted,
        internal=_text_as_read(wanted.internal, current.internal, replies.internal),
        external=_text_as_read(wanted.external, current.external, replies.external),
    )


def _text_as_read(text: Text | None, read: Text | None, stored: Reply | None) -> Text | None:
    if text is None or read is None:
        # A form sends an empty text where there is none.
        return None if text and text.subject is None and is_blank(text.html) else text
    if stored is not None and stored.body is not None and not stored.is_html:
        is_as_read = is_plain(text.html, stored.body)
    else:
        is_as_read = is_same(text.html, read.html)
    return replace(text, html=read.html) if is_as_read else text


def _set(
    statuses: Sequence[Status], current: OutOfOffice, wanted: OutOfOffice, now: datetime, *, sequence: int
) -> tuple[Status, ...]:
    """Store `wanted`: in the status that it was read from if the window is as it was, else in grommunio's place.

    In another window, it covers every other status that answers mail and switches their replies off, so that what
    somebody saves is what they see. The other statuses stay: they may be another system's leave.
    """
    timeline = as_of(statuses, now)
    carrier = _carrier(timeline)
    if carrier is not None and _window_of(current) == _window_of(wanted):
        return lay(statuses, _with_texts(carrier, wanted))
    own = next((status for status in statuses if status.place is Place.OOF), None)
    draft = _draft(own, carrier, current, wanted)
    if own is None or (own in timeline.in_force and own != carrier):
        new = begin(draft, now, sequence=sequence, instead_of=own)
    else:
        new = rewrite(own, draft, now, sequence=sequence)
    return lay(_muted(statuses, timeline, new.window), new)


def _with_texts(status: Status, wanted: OutOfOffice) -> Status:
    """Return `status` with the texts and the audience of `wanted`; without a text, it is still switched on."""
    auto_reply = _auto_reply(wanted, status.auto_reply)
    is_emptied = status.place is not Place.OOF and not auto_reply.answers_anybody
    return replace(status, auto_reply=replace(auto_reply, is_emptied=is_emptied))


def _muted(
    statuses: Iterable[Status], timeline: Timeline, window: Window | None = None
) -> tuple[Status, ...]:
    """Mute the other systems' replies: those in force, and that of the status which NAVER WORKS has reserved.

    That one stays on if it does not overlap `window`. Planned replies that lie ahead are not seen, and stay on.
    """
    reserved = timeline.reserved_in(Place.WORKS)
    if reserved is not None and window is not None and not window.overlaps(reserved.window):
        reserved = None
    muted = {status.id for status in (*timeline.in_force, reserved) if status and status.is_out_of_office}
    return tuple(replace(status, is_muted=True) if status.id in muted else status for status in statuses)


def _draft(own: Status | None, carrier: Status | None, current: OutOfOffice, wanted: OutOfOffice) -> Draft:
    """Build the draft for `wanted`; what the other dialect added to the existing status stays."""
    old = draft_of(own) if own else Draft(profile_status_id=_PROFILE_STATUS, place=Place.OOF)
    _, starts_at, ends_at = _window_of(wanted)
    starts, ends = _moment(starts_at), _moment(ends_at)
    said = wanted.wish if wanted.state is State.SCHEDULED else NO_TIMES
    if own is not None and own == carrier and current.state is wanted.state:
        # A date that did not change keeps its offset, and its absence.
        before = _said(own)
        if starts_at == current.starts_at:
            starts, said = own.starts_at, replace(said, starts_at=before.starts_at)
        if ends_at == current.ends_at:
            ends, said = own.ends_at, replace(said, ends_at=before.ends_at)
    wish = said if said.is_local else None
    auto_reply = _auto_reply(wanted, carrier.auto_reply if carrier else None)
    return replace(old, starts_at=starts, ends_at=ends, auto_reply=auto_reply, wish=wish, zone=None)


def _said(status: Status) -> Times:
    """Return the start and the end of a status as they were written, if it was in the domain's zone, or its moments."""
    if isinstance(status.wish, Times) and status.zone is None:
        return status.wish
    return Times(status.starts_at, status.ends_at)


def _in_effect(setting: OutOfOffice) -> OutOfOffice:
    """Return the setting without dates that have no effect."""
    _, starts_at, ends_at = _window_of(setting)
    return replace(setting, starts_at=starts_at, ends_at=ends_at)


def _window_of(setting: OutOfOffice) -> tuple[State, datetime | None, datetime | None]:
    """Return state and dates; without the dates unless the setting is scheduled, since they have no effect then."""
    if setting.state is State.SCHEDULED:
        return setting.state, setting.starts_at, setting.ends_at
    return setting.state, None, None


def _moment(date: datetime | None) -> Moment | None:
    return Moment.of(date) if date else None


def _check_window(wanted: OutOfOffice, now: datetime) -> None:
    if wanted.starts_at is None or wanted.ends_at is None:
        dates = {"starts_at": wanted.starts_at, "ends_at": wanted.ends_at}
        missing = (name for name, moment in dates.items() if moment is None)
        raise ValueMissing(*missing, hint="A scheduled out-of-office needs both its start and its end.")
    if wanted.ends_at <= wanted.starts_at:
        raise WindowIsEmpty("ends_at")
    if wanted.ends_at <= now:
        raise WindowIsOver("ends_at")


def _switched_off(statuses: Sequence[Status], timeline: Timeline) -> tuple[Status, ...]:
    return tuple(status for status in _muted(statuses, timeline) if status.place is not Place.OOF)


def _carrier(timeline: Timeline) -> Status | None:
    """Return the status that GET shows: the uppermost in force that answers mail, else the reserved one."""
    candidates = (
        *timeline.in_force,
        timeline.reserved_in(Place.OOF),
        timeline.reserved_in(Place.WORKS),
    )
    return next((status for status in candidates if status and status.is_out_of_office), None)


def _text(reply: Reply | None) -> Text | None:
    if reply is None or reply.body is None:
        return None
    return Text(html=reply.body if reply.is_html else to_html(reply.body), subject=reply.subject)


def _auto_reply(wanted: OutOfOffice, old: AutoReply | None) -> AutoReply:
    return AutoReply(
        internal=_reply(wanted.internal, old.internal if old else None),
        external=_reply(wanted.external, old.external if old else None),
        audience=wanted.audience,
    )


def _reply(text: Text | None, old: Reply | None) -> Reply | None:
    before = _text(old)
    if text == before:
        return old
    if old is not None and text is not None and before is not None and text.html == before.html:
        return replace(old, subject=text.subject)
    directly = old is not None and old.sent_directly_to_me
    if text is None:
        return Reply(body=None, sent_directly_to_me=directly) if directly else None
    return Reply(body=text.html, is_html=True, subject=text.subject, sent_directly_to_me=directly)
