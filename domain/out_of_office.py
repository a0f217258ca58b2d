"""Out of office: the auto-reply in force or reserved for a person, as one setting (grommunio's view)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from typing import Final

from domain.auto_reply import Audience, AutoReply, Reply
from domain.plain_text import to_html
from domain.refusals import ValueMissing, WindowIsEmpty, WindowIsOver
from domain.status import Draft, Origin, Status, begin, draft_of, rewrite
from domain.timeline import Timeline, as_of, lay, next_turn


class State(IntEnum):
    """Whether mail is answered; the numbers are grommunio's `state`."""

    DISABLED = 0  #: no
    ENABLED = 1  #: from now on, until somebody says otherwise
    SCHEDULED = 2  #: while its window runs


@dataclass(frozen=True, slots=True)
class Text:
    """An HTML reply and its subject; without a reply there is no subject."""

    html: str
    subject: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfOffice:
    """The whole setting. Dates belong to a window when `state` is SCHEDULED, and are only kept in mind otherwise."""

    state: State = State.DISABLED
    audience: Audience = Audience.NONE
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    internal: Text | None = None
    external: Text | None = None


NEVER_SET: Final = OutOfOffice()

#: What others see of a person who is out of office, unless another dialect said more.
_PROFILE_STATUS: Final = "ABSENCE"


def view(timeline: Timeline, remembered: OutOfOffice) -> OutOfOffice:
    """Return the setting as it is: of the status in force that answers mail, else of the reserved one that does.

    `remembered` is what the last writer left for the next time; it alone is seen when nothing answers mail.
    """
    carrier = _carrier(timeline)
    if carrier is None or carrier.auto_reply is None:
        return replace(remembered, state=State.DISABLED)
    state, starts_at, ends_at = State.ENABLED, remembered.starts_at, remembered.ends_at
    if carrier.ends_at is not None:
        state, ends_at = State.SCHEDULED, carrier.ends_at
        starts_at = carrier.starts_at or carrier.in_force_at.replace(microsecond=0)
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
    """What a write leaves: the person's statuses, and what is remembered for the next time."""

    statuses: tuple[Status, ...]
    remembered: OutOfOffice


def write(
    statuses: Sequence[Status],
    remembered: OutOfOffice,
    wanted: OutOfOffice,
    now: datetime,
) -> Written:
    """Return what is left after somebody made `wanted` the setting. Saving what was read changes nothing.

    Raises:
        ValueMissing: a scheduled one lacks its start or its end.
        WindowIsEmpty: its end does not lie after its start.
        WindowIsOver: its end does not lie ahead of `now`.
    """
    current = view(as_of(statuses, now), remembered)
    if wanted == current:
        return Written(tuple(statuses), remembered)
    kept = replace(wanted, state=State.DISABLED)
    match wanted.state:
        case State.DISABLED:
            return Written(_switched_off(statuses), kept)
        case State.ENABLED:
            return Written(_set(statuses, current, wanted, now), kept)
        case State.SCHEDULED:
            _check_window(wanted, now)
            return Written(
                _set(statuses, current, wanted, now),
                replace(kept, starts_at=None, ends_at=None),
            )


def _set(
    statuses: Sequence[Status], current: OutOfOffice, wanted: OutOfOffice, now: datetime
) -> tuple[Status, ...]:
    """Return the statuses with `wanted` in the status it was read from, or in its own earlier one, or in a new one.

    It comes above everything else that answers mail: what somebody saves is what they see.
    """
    timeline = as_of(statuses, now)
    read_from = _carrier(timeline)
    own = next((status for status in statuses if status.origin is Origin.OOF), None)
    others = [status for status in statuses if status is not own]
    if read_from is not None and _window_of(current) == _window_of(wanted):
        return lay(others, _with_replies(read_from, wanted, now))
    draft, turn = _draft(own, wanted), next_turn(statuses)
    if own is None:
        return lay(others, begin(draft, now, turn=turn))
    if own in timeline.in_force and own != read_from:
        return lay(others, replace(begin(draft, now, turn=turn), id=own.id))
    return lay(others, rewrite(own, draft, now, turn=turn))


def _with_replies(status: Status, wanted: OutOfOffice, now: datetime) -> Status:
    """Return `status` with the replies that are wanted; what only the other dialect can say of it stays."""
    draft = replace(draft_of(status), auto_reply=_auto_reply(wanted, status.auto_reply))
    answering = rewrite(status, draft, now, turn=status.turn)
    # Out of office without a word is what only grommunio can say.
    return answering if answering.is_out_of_office else replace(answering, origin=Origin.OOF)


def _draft(own: Status | None, wanted: OutOfOffice) -> Draft:
    """Return what is asked for by `wanted`; what the other dialect has added to the earlier one stays."""
    old = draft_of(own) if own else Draft(profile_status_id=_PROFILE_STATUS, origin=Origin.OOF)
    _, starts_at, ends_at = _window_of(wanted)
    auto_reply = _auto_reply(wanted, old.auto_reply)
    return replace(old, starts_at=starts_at, ends_at=ends_at, auto_reply=auto_reply)


def _window_of(setting: OutOfOffice) -> tuple[State, datetime | None, datetime | None]:
    """Return when mail is answered; dates mean something only in a scheduled setting."""
    if setting.state is State.SCHEDULED:
        return setting.state, setting.starts_at, setting.ends_at
    return setting.state, None, None


def _check_window(wanted: OutOfOffice, now: datetime) -> None:
    if wanted.starts_at is None:
        raise ValueMissing("startTime", "A scheduled out-of-office needs both its start and its end.")
    if wanted.ends_at is None:
        raise ValueMissing("endTime", "A scheduled out-of-office needs both its start and its end.")
    if wanted.ends_at <= wanted.starts_at:
        raise WindowIsEmpty("endTime")
    if wanted.ends_at <= now:
        raise WindowIsOver("endTime")


def _switched_off(statuses: Sequence[Status]) -> tuple[Status, ...]:
    return tuple(replace(status, auto_reply=None) for status in statuses if status.origin is not Origin.OOF)


def _carrier(timeline: Timeline) -> Status | None:
    return next((status for status in timeline.statuses if status.is_out_of_office), None)


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
    if text == _text(old):
        return old
    directly = old is not None and old.sent_directly_to_me
    if text is None:
        return Reply(body=None, sent_directly_to_me=directly) if directly else None
    return Reply(body=text.html, is_html=True, subject=text.subject, sent_directly_to_me=directly)
