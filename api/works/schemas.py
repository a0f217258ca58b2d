"""Bodies of the NAVER WORKS dialect (its reference, user-profile-status pages)."""

from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StrictBool,
    StrictStr,
    WithJsonSchema,
)

from api.date_times import DateTime
from api.misspelt_names import CheckedNames
from api.texts import printable
from domain.definitions import PROFILE_STATUS_IDS


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default")


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
    """The shown status of a person and a reserved one: at most one of each, the shown one first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"userProfileStatuses": [_STATUS]}]})

    userProfileStatuses: list[StatusAnswer]  # noqa: N815


class Error(BaseModel):
    """Why a request was refused."""

    code: str
    description: str
