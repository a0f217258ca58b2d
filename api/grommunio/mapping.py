"""Maps grommunio's out-of-office to the domain's, and back. Dates are wall-clock times in the domain's zone."""

from datetime import datetime
from typing import Final

from api.grommunio.schemas import OofAnswer, OofBody
from domain.auto_reply import Audience
from domain.moments import wall_clock
from domain.out_of_office import OutOfOffice, State, Text
from domain.submission import Submission
from domain.unchanged import UNCHANGED, Unchanged


def submission(body: OofBody) -> Submission | None:
    """Build the form that a PUT submits, or `None` if it gives nothing.

    A given reply replaces its subject too; `null` removes both.
    """
    if not body.model_fields_set:
        return None
    return Submission(
        state=State(body.state),
        audience=Audience(body.externalAudience),
        starts_at=body.startTime,
        ends_at=body.endTime,
        internal=_text(body, "internal"),
        external=_text(body, "external"),
    )


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


def _text(body: OofBody, side: str) -> Text | Unchanged | None:
    if f"{side}Reply" not in body.model_fields_set:
        return UNCHANGED
    html = getattr(body, f"{side}Reply")
    return None if html is None else Text(html=html, subject=getattr(body, f"{side}Subject") or None)


def _written(moment: datetime | None, zone: str) -> str | None:
    return wall_clock(moment, zone).isoformat(sep=" ", timespec="seconds") if moment else None
