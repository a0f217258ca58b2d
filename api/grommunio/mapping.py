"""Maps grommunio's out-of-office to the domain's, and back. Dates are wall-clock times in the domain's zone."""

from datetime import datetime
from typing import Final

from api.grommunio.schemas import OofAnswer, OofBody
from domain.auto_reply import Audience
from domain.moments import at_wall_clock, in_zone, wall_clock
from domain.out_of_office import OutOfOffice, State, Text
from domain.refusals import TextTooLong, WindowIsEmpty
from domain.rich_text import size_without_pictures


def wanted(body: OofBody, current: OutOfOffice, zone: str) -> OutOfOffice:
    """Apply `body` to `current`. Everything is replaced, except replies that the body does not give.

    Raises:
        WindowIsEmpty: it is scheduled, and its end is not after its start because the clocks skip one of them.
    """
    setting = OutOfOffice(
        state=State(body.state),
        audience=Audience(body.externalAudience),
        starts_at=_moment(body.startTime, current.starts_at, zone),
        ends_at=_moment(body.endTime, current.ends_at, zone),
        internal=_text(body, "internal", current.internal),
        external=_text(body, "external", current.external),
    )
    _check_skipped(body, setting, zone)
    return setting


def check_sizes(body: OofBody, largest: int) -> None:
    """Raise `TextTooLong` if a reply has more than `largest` bytes, without its pictures."""
    for field in ("internalReply", "externalReply"):
        if size_without_pictures(getattr(body, field) or "") > largest:
            raise TextTooLong(field, hint=f"At most {largest} bytes, pictures within it not counted.")


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


def _check_skipped(body: OofBody, setting: OutOfOffice, zone: str) -> None:
    """Raise `WindowIsEmpty` if a window has no length because of a time that the change to summer time skips."""
    starts_at, ends_at = setting.starts_at, setting.ends_at
    if setting.state is not State.SCHEDULED or not starts_at or not ends_at or starts_at < ends_at:
        return
    for given, moment in ((body.startTime, starts_at), (body.endTime, ends_at)):
        if given is not None and given != (meant := wall_clock(moment, zone)):
            hint = f"The clocks of {zone} skip {given}, so it means {meant}."
            raise WindowIsEmpty("ends_at", hint=hint)


def _moment(shown: datetime | None, current: datetime | None, zone: str) -> datetime | None:
    """Convert a wall-clock time to a moment. A date that comes back as it was read stays the same moment.

    That includes dates without their seconds, because admin-web cuts them off.
    """
    if shown is None:
        return None
    if current is not None:
        read = wall_clock(current, zone)
        if shown in (read, read.replace(second=0)):
            # Remembered dates come from the store in UTC.
            return in_zone(current, zone)
    return at_wall_clock(shown, zone)


def _written(moment: datetime | None, zone: str) -> str | None:
    return wall_clock(moment, zone).isoformat(sep=" ", timespec="seconds") if moment else None
