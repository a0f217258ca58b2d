"""Bodies of the NAVER WORKS dialect (its reference, user-profile-status pages)."""

import re
from datetime import timedelta
from typing import Annotated, Any, Final, Literal

from dateutil.parser import isoparse
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    PlainValidator,
    StrictBool,
    StrictStr,
    WithJsonSchema,
)

from api.misspelt_names import CheckedNames
from domain.definitions import PROFILE_STATUS_IDS
from domain.moments import Moment

_DATE_TIME: Final = re.compile(
    r"(?P<seconds>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(?P<offset>Z|[+-]\d\d:\d\d)?",
    re.ASCII,
)
_OFFSET: Final = "An offset from UTC is required, as in 2026-03-16T09:00:00+09:00."
_OFFSETS: Final = "The offset from UTC must lie between -12:00 and +14:00, as in 2026-03-16T09:00:00+09:00."
_MINUTES: Final = 60
#: Characters that no text of the dialect may contain.
CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_EXAMPLE: Final = "2026-12-01T09:00:00+09:00"


def _moment(value: Any) -> Moment:
    """Parse a date-time and keep its offset. Fractions of a second are dropped.

    Raises:
        ValueError: it is not a date-time, has no offset or one that no zone has, or does not exist.
    """
    written = _DATE_TIME.fullmatch(value) if isinstance(value, str) else None
    if written is None:
        message = f"Not a date-time of the form YYYY-MM-DDThh:mm:ss and an offset, as in {_EXAMPLE}."
        raise ValueError(message)
    if written["offset"] is None:
        raise ValueError(_OFFSET)
    if not _is_in_use(written["offset"]):
        raise ValueError(_OFFSETS)
    try:
        return Moment.of(isoparse(written["seconds"] + written["offset"]))
    except (ValueError, OverflowError) as error:
        raise ValueError(_why_there_is_none(written["seconds"], error)) from None


def _is_in_use(offset: str) -> bool:
    """Check whether clocks somewhere have this offset: from -12:00 to +14:00."""
    if offset == "Z":
        return True
    hours, minutes = int(offset[1:3]), int(offset[4:6])
    span = timedelta(hours=hours, minutes=minutes)
    return minutes < _MINUTES and span <= (timedelta(hours=14) if offset[0] == "+" else timedelta(hours=12))


def _why_there_is_none(seconds: str, error: Exception) -> str:
    if seconds.startswith("0000") or isinstance(error, OverflowError):
        return "Years go from 0001 to 9999, in UTC too."
    if seconds.endswith(":60"):
        return "Seconds go to 59; leap seconds cannot be used."
    return "There is no such date and time."


def printable(text: str) -> str:
    """Normalise the line ends of `text`; raise `ValueError` if it contains control characters."""
    if CONTROL.search(text):
        message = "Control characters cannot be used here."
        raise ValueError(message)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default")


DateTime = Annotated[
    Moment,
    PlainValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": [_EXAMPLE]}),
]
Message = Annotated[StrictStr, Field(max_length=50), AfterValidator(printable)]
Content = Annotated[StrictStr, Field(max_length=300), AfterValidator(printable)]
ProfileStatusId = Literal[PROFILE_STATUS_IDS]  # type: ignore[valid-type] # made from the rules' own list


_AUTO_REPLY_MAIL: Final[JsonValue] = {
    "internal": {"content": "Back on Monday.", "sentDirectlyToMe": True},
    "external": {"content": "Back on Monday.", "sentDirectlyToMe": False},
}


class _Body(CheckedNames):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Side(_Body):
    """The reply to mail from one side. Without `content` that side gets no reply."""

    content: Content | None = None
    sentDirectlyToMe: StrictBool = False  # noqa: N815 (the wire's name)


class AutoReplyMail(_Body):
    """The automatic replies to mail from inside and from outside the company."""

    internal: Side | None = None
    external: Side | None = None


class StatusBody(_Body):
    """A new status, or the new values of one. Fields that are not given are empty."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "profileStatusId": "ABSENCE",
                    "statusMessage": "On leave",
                    "startTime": "2026-12-01T09:00:00+09:00",
                    "endTime": "2026-12-05T18:00:00+09:00",
                    "autoReplyMail": _AUTO_REPLY_MAIL,
                }
            ]
        }
    )

    profileStatusId: ProfileStatusId  # noqa: N815 (the wire's name)
    statusMessage: Message | None = None  # noqa: N815
    startTime: DateTime | None = None  # noqa: N815
    endTime: DateTime | None = None  # noqa: N815
    autoReplyMail: AutoReplyMail | None = None  # noqa: N815


class StatusPatch(StatusBody):
    """Changes to a status. Fields that are not given stay as they are; `null` empties a field."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"statusMessage": "Back at two"}]})

    profileStatusId: Annotated[ProfileStatusId, Field(json_schema_extra=_without_default)] = "BUSY"  # noqa: N815 (never read unless given; null is refused)


_STATUS: Final[dict[str, JsonValue]] = {
    "userProfileStatusId": "uprofile-b785-4aae-c330-01e94337846b",
    "profileStatusId": "ABSENCE",
    "profileStatusName": "Absent",
    "iconUrl": "http://127.0.0.1:8000/icons/ABSENCE.svg",
    "scheduleType": "RESERVED",
    "statusMessage": "On leave",
    "startTime": "2026-12-01T09:00:00+09:00",
    "endTime": "2026-12-05T18:00:00+09:00",
    "autoReplyMail": _AUTO_REPLY_MAIL,
}


class StatusAnswer(BaseModel):
    """A status that is in force or reserved."""

    model_config = ConfigDict(json_schema_extra={"examples": [_STATUS]})

    userProfileStatusId: str  # noqa: N815
    profileStatusId: str  # noqa: N815
    profileStatusName: str  # noqa: N815
    iconUrl: str  # noqa: N815
    scheduleType: Literal["RESERVED", "PRESENT"]  # noqa: N815
    statusMessage: str | None  # noqa: N815
    startTime: Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})] | None  # noqa: N815
    endTime: Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})] | None  # noqa: N815
    autoReplyMail: AutoReplyMail | None  # noqa: N815


class StatusList(BaseModel):
    """The shown and the reserved status of a person: at most one of each, the shown one first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"userProfileStatuses": [_STATUS]}]})

    userProfileStatuses: list[StatusAnswer]  # noqa: N815


class Error(BaseModel):
    """Why a request was refused."""

    code: str
    description: str
