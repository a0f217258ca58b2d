"""Maps grommunio's out-of-office to the domain's, and back. Dates are wall-clock times in the domain's zone."""

from datetime import datetime
from typing import Final

from api.grommunio.schemas import OofAnswer, OofBody
from domain.auto_reply import Audience
from domain.moments import at_wall_clock, wall_clock
from domain.out_of_office import OutOfOffice, State, Text
from domain.refusals import NotAMoment, TextTooLong
from domain.rich_text import size_without_pictures


def wanted(body: OofBody, current: OutOfOffice, zone: str) -> OutOfOffice:
    """Apply `body` to `current`. Everything is replaced, except replies that the body does not give.

    Raises:
        NotAMoment: a date is outside of the calendar in UTC.
    """
    return OutOfOffice(
        state=State(body.state),
        audience=Audience(body.externalAudience),
        starts_at=_moment("startTime", body.startTime, current.starts_at, zone),
        ends_at=_moment("endTime", body.endTime, current.ends_at, zone),
        internal=_text(body, "internal", current.internal),
        external=_text(body, "external", current.external),
    )


def check_sizes(body: OofBody, largest: int) -> None:
    """Raise `TextTooLong` if a reply has more than `largest` bytes, without its pictures."""
    for field in ("internalReply", "externalReply"):
        if size_without_pictures(getattr(body, field) or "") > largest:
            raise TextTooLong(field, f"At most {largest} bytes, pictures within it not counted.")


def answer(setting: OutOfOffice, zone: str) -> OofAnswer:
    """Build the response body for `setting`."""
    internal, external = setting.internal or _NO_TEXT, setting.external or _NO_TEXT
    return OofAnswer(
        state=setting.state,
        externalAudience=setting.audience,
        startTime=_written(setting.starts_at, zone),
        endTime=_written(setting.ends_at, zone),
        internalSubject=internal.subject,
        internalReply=internal.html if setting.internal else None,
        externalSubject=external.subject,
        externalReply=external.html if setting.external else None,
    )


_NO_TEXT: Final = Text(html="")


def _text(body: OofBody, side: str, current: Text | None) -> Text | None:
    """Apply one side: an absent reply stays, `null` removes it, and a new reply replaces the subject too."""
    if f"{side}Reply" not in body.model_fields_set:
        return current
    html = getattr(body, f"{side}Reply")
    return None if html is None else Text(html=html, subject=getattr(body, f"{side}Subject") or None)


def _moment(field: str, shown: datetime | None, current: datetime | None, zone: str) -> datetime | None:
    """Convert a wall-clock time to a moment. A date that comes back as it was read stays the same moment.

    That includes dates without their seconds, because admin-web cuts them off.
    """
    if shown is None:
        return None
    if current is not None:
        read = wall_clock(current, zone)
        if shown in (read, read.replace(second=0)):
            return current
    try:
        return at_wall_clock(shown, zone)
    except OverflowError:
        raise NotAMoment(field) from None


def _written(moment: datetime | None, zone: str) -> str | None:
    return wall_clock(moment, zone).isoformat(sep=" ", timespec="seconds") if moment else None
