"""Maps NAVER WORKS' statuses and auto-replies to those of the domain, and back."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from api.works.definition_mapping import icon_url
from api.works.plain_text import from_html
from api.works.schemas import (
    AutoReplyMail,
    Side,
    StatusAnswer,
    StatusBody,
    StatusList,
    StatusPatch,
)
from domain.auto_reply import Audience, AutoReply, Reply
from domain.definitions import Definitions, shown_as
from domain.refusals import WindowIsEmpty
from domain.status import Draft, Status, draft_of
from domain.timeline import Timeline

#: The longest reply of the dialect, in code points.
_CONTENT_LENGTH: Final = 300


def draft(body: StatusBody, old: Status | None = None) -> Draft:
    """Build the draft of a POST or PUT. Parts of `old` that only grommunio can express stay if the rest is equal."""
    return Draft(
        profile_status_id=body.profileStatusId,
        message=body.statusMessage,
        starts_at=body.startTime,
        ends_at=body.endTime,
        auto_reply=_auto_reply(body.autoReplyMail, old.auto_reply if old else None),
        **({"place": old.place} if old else {}),
    )


def posted(body: StatusBody, timeline: Timeline) -> Draft:
    """Build the draft of a POST: the status that it repeats, as far as the dialect can express it, or a new one."""
    drafts = ((status, draft(body, status)) for status in timeline.statuses)
    return next((repeated for status, repeated in drafts if status.says(repeated)), draft(body))


def patched(patch: StatusPatch, old: Status) -> Draft:
    """Build the draft of a PATCH: `old` with its changes.

    Raises:
        EndMissing: there is a start, but no end.
        WindowIsEmpty: the end is not after the start; the field is the one that was sent.
    """
    names = {
        "profileStatusId": "profile_status_id",
        "statusMessage": "message",
        "startTime": "starts_at",
        "endTime": "ends_at",
    }
    given: dict[str, Any] = {
        name: getattr(patch, key) for key, name in names.items() if key in patch.model_fields_set
    }
    if "autoReplyMail" in patch.model_fields_set:
        given["auto_reply"] = _auto_reply(_merged(patch.autoReplyMail, old), old.auto_reply)
    try:
        return replace(draft_of(old), **given)
    except WindowIsEmpty:
        if "endTime" in patch.model_fields_set:
            raise
        hint = f"This status ends at {_written(old.ends_at)}: send an earlier startTime, or a later endTime with it."
        raise WindowIsEmpty("starts_at", hint=hint) from None


def answer(status: Status, definitions: Definitions, root_url: str) -> StatusAnswer:
    """Build the response body for a status."""
    definition = shown_as(definitions, status.profile_status_id)
    return StatusAnswer(
        userProfileStatusId=status.id,
        profileStatusId=status.profile_status_id,
        profileStatusName=definition.name,
        iconUrl=icon_url(definition, root_url),
        scheduleType=status.schedule_type.value,
        statusMessage=status.message,
        startTime=_written(status.starts_at),
        endTime=_written(status.ends_at),
        autoReplyMail=_auto_reply_mail(status.auto_reply),
    )


def answers(timeline: Timeline, definitions: Definitions, root_url: str) -> StatusList:
    """Build the list of the shown and the reserved status. Covered ones are not listed."""
    listed = [status for status in (timeline.shown, timeline.reserved) if status]
    return StatusList(userProfileStatuses=[answer(status, definitions, root_url) for status in listed])


def _written(moment: datetime | None) -> str | None:
    """Format the moment with its offset, never as Z."""
    return moment.isoformat(timespec="seconds") if moment else None


def _auto_reply_mail(auto_reply: AutoReply | None) -> AutoReplyMail | None:
    if auto_reply is None:
        return None
    external = auto_reply.external if auto_reply.audience is not Audience.NONE else None
    mail = AutoReplyMail(internal=_side(auto_reply.internal), external=_side(external))
    return mail if mail.internal or mail.external else None


def _side(reply: Reply | None) -> Side | None:
    if reply is None:
        return None
    return Side(content=_content(reply), sentDirectlyToMe=reply.sent_directly_to_me)


def _content(reply: Reply) -> str | None:
    if reply.body is None or not reply.is_html:
        return reply.body
    return from_html(reply.body, length=_CONTENT_LENGTH)


def _merged(mail: AutoReplyMail | None, old: Status) -> AutoReplyMail | None:
    """Return the sides that a PATCH gives, and the others unchanged; `null` removes both."""
    if mail is None:
        return None
    present = _auto_reply_mail(old.auto_reply) or AutoReplyMail()
    return present.model_copy(update={side: getattr(mail, side) for side in mail.model_fields_set})


def _auto_reply(mail: AutoReplyMail | None, old: AutoReply | None) -> AutoReply | None:
    """Apply `mail` to `old`. What comes back as it was shown stays, with the parts that the dialect cannot show."""
    said = mail if mail and (mail.internal or mail.external) else None
    shown = _auto_reply_mail(old)
    if said == shown:
        return old
    if said is None:
        return None
    before = old or AutoReply()
    if said.external == (shown or AutoReplyMail()).external:
        external, audience = before.external, before.audience
    else:
        external, audience = _reply(said.external, before.external), _audience(said.external, before)
    return AutoReply(internal=_reply(said.internal, before.internal), external=external, audience=audience)


def _reply(side: Side | None, old: Reply | None) -> Reply | None:
    """Apply one side to `old`. Text shown from HTML that comes back unchanged stays HTML; text keeps its subject."""
    if side is None:
        return None
    if old is not None and side.content == _content(old):
        return replace(old, sent_directly_to_me=side.sentDirectlyToMe)
    subject = old.subject if old is not None and side.content is not None else None
    return Reply(body=side.content, subject=subject, sent_directly_to_me=side.sentDirectlyToMe)


def _audience(external: Side | None, before: AutoReply) -> Audience:
    if external is None or external.content is None:
        return Audience.NONE
    return before.audience if before.audience is not Audience.NONE else Audience.ALL
