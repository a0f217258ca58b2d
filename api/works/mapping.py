"""Maps NAVER WORKS' statuses and auto-replies to those of the domain, and back."""

from collections.abc import Callable
from typing import Any, Final

from pydantic import BaseModel

from api.icons.urls import icon_url
from api.works.plain_text import from_html
from api.works.schemas import (
    AutoReplyMail,
    Side,
    StatusAnswer,
    StatusBody,
    StatusList,
    StatusPatch,
)
from domain.auto_reply import AutoReply, Reply
from domain.definitions import Definitions, shown_as
from domain.moments import Moment
from domain.plain_replies import Patch, ReplyPatch, shown
from domain.status import Draft, Status
from domain.timeline import Timeline
from domain.unchanged import UNCHANGED

#: The longest reply of the dialect, in code points.
_CONTENT_LENGTH: Final = 300


def draft(body: StatusBody) -> Draft:
    """Build the draft of a POST or PUT."""
    return Draft(
        profile_status_id=body.profileStatusId,
        message=body.statusMessage,
        starts_at=body.startTime,
        ends_at=body.endTime,
        auto_reply=_auto_reply(body.autoReplyMail),
    )


def changes(patch: StatusPatch) -> Patch:
    """Build the changes of a PATCH: the fields that it gives, and of the replies the sides that it gives."""
    return Patch(
        profile_status_id=_given(patch, "profileStatusId"),
        message=_given(patch, "statusMessage"),
        starts_at=_given(patch, "startTime"),
        ends_at=_given(patch, "endTime"),
        auto_reply=_given(patch, "autoReplyMail", _reply_changes),
    )


def _reply_changes(mail: AutoReplyMail) -> ReplyPatch:
    return ReplyPatch(internal=_given(mail, "internal", _reply), external=_given(mail, "external", _reply))


def _given(body: BaseModel, key: str, of: Callable[[Any], Any] = lambda value: value) -> Any:
    """Return the value of a field, `None` if it is `null`, and `UNCHANGED` if the body does not give it."""
    if key not in body.model_fields_set:
        return UNCHANGED
    value = getattr(body, key)
    return None if value is None else of(value)


def answer(status: Status, definitions: Definitions, root_url: str) -> StatusAnswer:
    """Build the response body for a status."""
    definition = shown_as(definitions, status.profile_status_id)
    return StatusAnswer(
        userProfileStatusId=status.works_id,
        profileStatusId=status.profile_status_id,
        profileStatusName=definition.name,
        iconUrl=icon_url(definition, root_url),
        scheduleType=status.schedule_type.value,
        statusMessage=status.message,
        startTime=_written(status.starts_at),
        endTime=_written(status.ends_at),
        autoReplyMail=_auto_reply_mail(status.auto_reply_on),
    )


def answers(timeline: Timeline, definitions: Definitions, root_url: str) -> StatusList:
    """Build the list of the shown and the reserved status. Covered ones and plans that lie ahead are not listed."""
    listed = [status for status in (timeline.shown, timeline.reserved) if status]
    return StatusList(userProfileStatuses=[answer(status, definitions, root_url) for status in listed])


def _written(moment: Moment | None) -> str | None:
    """Format the moment with its offset, never as Z."""
    return moment.written.isoformat(timespec="seconds") if moment else None


def content(reply: Reply) -> str | None:
    """Return the text of a reply as this dialect shows it: plain, and cut at its limit."""
    if reply.body is None or not reply.is_html:
        return reply.body
    return from_html(reply.body, length=_CONTENT_LENGTH)


def _auto_reply_mail(auto_reply: AutoReply | None) -> AutoReplyMail | None:
    seen = shown(auto_reply, content)
    return AutoReplyMail(internal=_side(seen.internal), external=_side(seen.external)) if seen else None


def _side(reply: Reply | None) -> Side | None:
    return Side(content=reply.body, sentDirectlyToMe=reply.sent_directly_to_me) if reply else None


def _auto_reply(mail: AutoReplyMail | None) -> AutoReply | None:
    return AutoReply(internal=_reply(mail.internal), external=_reply(mail.external)) if mail else None


def _reply(side: Side | None) -> Reply | None:
    return Reply(body=side.content, sent_directly_to_me=side.sentDirectlyToMe) if side else None
