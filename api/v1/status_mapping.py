"""Maps statuses to the bodies of this dialect, and back."""

from typing import Final

from api.v1.status_schemas import (
    AutoReplyAnswer,
    AutoReplyBody,
    PlannedStatus,
    ReplyAnswer,
    ReplyBody,
    StatusChanges,
    WantedStatus,
)
from domain import wishes
from domain.auto_reply import Audience, AutoReply, Reply
from domain.moments import in_zone
from domain.plans import Plan, PlanPatch, WindowPatch, WishedWindow
from domain.refusals import InvalidValue, ValueMissing
from domain.status import Place, ScheduleType, Status
from domain.unchanged import UNCHANGED
from services.plans import Found

_AUDIENCES: Final = {"nobody": Audience.NONE, "known": Audience.KNOWN, "everybody": Audience.ALL}
_AUDIENCE_NAMES: Final = {audience: name for name, audience in _AUDIENCES.items()}
_PLACES: Final = {Place.WORKS: "works", Place.OOF: "outOfOffice", None: None}
#: The parts of a window in a body.
_WINDOW: Final = {
    "from_": "from",
    **{name: name for name in ("to", "half", "fromHalf", "toHalf", "startsAt", "endsAt")},
}


def plan(body: WantedStatus) -> Plan:
    """Build the plan of a POST or PUT.

    Raises:
        InvalidValue: the window cannot be read.
    """
    return Plan(
        profile_status_id=body.status,
        message=body.message,
        window=WishedWindow(
            wishes.parse({said: getattr(body, name) for name, said in _WINDOW.items()}) or wishes.NO_TIMES,
            body.zone,
        ),
        auto_reply=_auto_reply(body.autoReply),
    )


def patch(body: StatusChanges) -> PlanPatch:
    """Build the changes of a PATCH: the fields that it gives.

    Raises:
        ValueMissing: it empties the profile status.
        InvalidValue: a reply cannot be used.
    """
    given = body.model_fields_set
    if "status" in given and body.status is None:
        raise ValueMissing("status")
    said = {name: getattr(body, field) for field, name in _WINDOW.items() if field in given}
    zone = body.zone if "zone" in given else UNCHANGED
    return PlanPatch(
        profile_status_id=body.status if body.status is not None else UNCHANGED,
        message=body.message if "message" in given else UNCHANGED,
        window=WindowPatch(said, zone) if said or "zone" in given else UNCHANGED,
        auto_reply=_auto_reply(body.autoReply) if "autoReply" in given else UNCHANGED,
    )


def _auto_reply(body: AutoReplyBody | None) -> AutoReply | None:
    if body is None:
        return None
    return AutoReply(
        internal=_reply("internal", body.internal),
        external=_reply("external", body.external),
        audience=_AUDIENCES[body.audience],
    )


def _reply(side: str, body: ReplyBody | None) -> Reply | None:
    if body is None:
        return None
    if body.text is not None and body.html is not None:
        raise InvalidValue(f"auto_reply/{side}", hint="A reply is either text or html.")
    return Reply(
        body=body.html if body.html is not None else body.text,
        is_html=body.html is not None,
        subject=body.subject,
        sent_directly_to_me=body.directly,
    )


def answer(found: Found) -> PlannedStatus | None:
    """Build the response body for a status, if there is one."""
    status = found.status
    if status is None:
        return None
    zone = status.zone or found.person.domain.zone
    return PlannedStatus(
        id=status.id,
        worksId=status.works_id,
        status=status.profile_status_id,
        message=status.message,
        state="ahead" if status.schedule_type is ScheduleType.RESERVED else "inForce",
        isShown=found.is_shown,
        startsAt=_starts_at(status, zone),
        endsAt=status.ends_at.written.isoformat() if status.ends_at else None,
        wish=wishes.to_document(status.wish) if status.wish else None,
        wishInWords=wishes.describe(status.wish, zone) if status.wish else None,
        zone=zone,
        place=_PLACES[status.place],
        bookedBy=status.client,
        externalId=found.external_id,
        autoReply=_auto_reply_answer(status),
    )


def _starts_at(status: Status, zone: str) -> str:
    written = status.starts_at.written if status.starts_at else in_zone(status.in_force_at, zone)
    return written.isoformat()


def _auto_reply_answer(status: Status) -> AutoReplyAnswer | None:
    reply = status.auto_reply
    if reply is None:
        return None
    return AutoReplyAnswer(
        isOn=not status.is_muted,
        internal=_reply_answer(reply.internal),
        external=_reply_answer(reply.external),
        audience=_AUDIENCE_NAMES[reply.audience],
    )


def _reply_answer(reply: Reply | None) -> ReplyAnswer | None:
    if reply is None:
        return None
    return ReplyAnswer(
        text=None if reply.is_html else reply.body,
        html=reply.body if reply.is_html else None,
        subject=reply.subject,
        directly=reply.sent_directly_to_me,
    )
