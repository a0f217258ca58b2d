"""Bodies of statuses."""

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, StrictBool, StrictStr

from api.texts import one_line, printable
from api.v1.bodies import Body
from api.v1.schemas import Written
from domain.definitions import PROFILE_STATUS_IDS

ProfileStatusId = Literal[PROFILE_STATUS_IDS]  # type: ignore[valid-type] # made from the rules' own list
Message = Annotated[StrictStr, Field(max_length=50), AfterValidator(printable)]
Text = Annotated[StrictStr, AfterValidator(printable)]
Subject = Annotated[StrictStr, Field(max_length=200), AfterValidator(one_line)]
#: Short, because the domain parses it and says what would be right.
_Time = Annotated[StrictStr, Field(max_length=64)]
Audience = Literal["nobody", "known", "everybody"]

_WINDOW: Final[dict[str, JsonValue]] = {"from": "2027-08-02", "to": "2027-08-06"}
_REPLY: Final[dict[str, JsonValue]] = {
    "internal": {"text": "Back on Monday.", "subject": "On leave"},
    "external": {"text": "Back on Monday."},
    "audience": "everybody",
}


class ReplyBody(Body):
    """The reply to mail from one side: either `text` or `html`."""

    text: Text | None = None
    html: Text | None = None
    subject: Subject | None = None
    directly: Annotated[
        StrictBool, Field(description="Only answer mail with the person's own address in To")
    ] = False


class AutoReplyBody(Body):
    """The automatic replies to mail from inside and from outside the company."""

    internal: ReplyBody | None = None
    external: ReplyBody | None = None
    audience: Annotated[Audience, Field(description="Who outside the company gets the external reply")] = (
        "everybody"
    )


class WantedStatus(Body):
    """A status that is wanted: by days, by times, or from now on."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"status": "ABSENCE", "message": "On leave", **_WINDOW, "autoReply": _REPLY}]
        }
    )

    status: Annotated[ProfileStatusId, Field(description="The id of a profile status of the domain")]
    message: Message | None = None
    from_: Annotated[_Time | None, Field(alias="from", description="The first day, as 2027-08-02")] = None
    to: Annotated[
        _Time | None, Field(description="The last day, which is included; by default the first")
    ] = None
    half: Annotated[_Time | None, Field(description="`morning` or `afternoon` of a single day")] = None
    fromHalf: Annotated[
        _Time | None, Field(description="`afternoon`: begin with that half of the first day")
    ] = None
    toHalf: Annotated[_Time | None, Field(description="`morning`: end with that half of the last day")] = None
    startsAt: Annotated[
        _Time | None,
        Field(
            description="A moment with its offset, or a local time of `zone`; without one, now. A local time that the "
            "clocks skip moves forward by the gap; of one that they show twice the first counts"
        ),
    ] = None
    endsAt: Annotated[
        _Time | None,
        Field(description="The first moment at which it is over; without one, until further notice"),
    ] = None
    zone: Annotated[
        Annotated[StrictStr, Field(max_length=64)] | None,
        Field(description="The IANA zone of days and local times; without one, the domain's"),
    ] = None
    autoReply: AutoReplyBody | None = None


class NewStatus(WantedStatus):
    """A new status."""

    externalId: Annotated[
        Annotated[StrictStr, Field(min_length=1, max_length=255), AfterValidator(one_line)] | None,
        Field(description="An id of your own for it, unique for your client"),
    ] = None


class StatusChanges(Body):
    """The fields that change; `null` empties one. Parts of the window that are not given stay as they were said."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"to": "2027-08-04"}]})

    status: ProfileStatusId | None = None
    message: Message | None = None
    from_: Annotated[_Time | None, Field(alias="from")] = None
    to: _Time | None = None
    half: _Time | None = None
    fromHalf: _Time | None = None
    toHalf: _Time | None = None
    startsAt: _Time | None = None
    endsAt: _Time | None = None
    zone: Annotated[StrictStr, Field(max_length=64)] | None = None
    autoReply: AutoReplyBody | None = None


class ReplyAnswer(BaseModel):
    """The reply to mail from one side."""

    text: str | None = None
    html: str | None = None
    subject: str | None = None
    directly: bool


class AutoReplyAnswer(BaseModel):
    """The automatic replies. Where they are switched off, they are kept and answer nobody."""

    isOn: bool
    internal: ReplyAnswer | None = None
    external: ReplyAnswer | None = None
    audience: Audience


ANSWER: Final[dict[str, JsonValue]] = {
    "id": "uprofile-b785-4aae-c330-01e94337846b",
    "worksId": "uprofile-b785-4aae-c330-01e94337846b",
    "status": "ABSENCE",
    "message": "On leave",
    "state": "ahead",
    "isShown": False,
    "startsAt": "2027-08-02T00:00:00+09:00",
    "endsAt": "2027-08-07T00:00:00+09:00",
    "wish": {"from": "2027-08-02", "to": "2027-08-06"},
    "wishInWords": "2 to 6 August 2027, whole days, Asia/Seoul",
    "zone": "Asia/Seoul",
    "place": None,
    "bookedBy": "5d1b0c3a4f7e9b2c6d80",
    "externalId": "V-2027-117",
    "autoReply": {
        "isOn": True,
        "internal": {"text": "Back on Monday.", "html": None, "subject": "On leave", "directly": False},
        "external": {"text": "Back on Monday.", "html": None, "subject": None, "directly": False},
        "audience": "everybody",
    },
}


class PlannedStatus(BaseModel):
    """A status of a person, in force or ahead."""

    model_config = ConfigDict(json_schema_extra={"examples": [ANSWER]})

    id: str
    worksId: Annotated[str, Field(description="The id of the status in the NAVER WORKS dialect")]
    status: Annotated[str, Field(description="The id of its profile status")]
    message: str | None = None
    state: Literal["ahead", "inForce"]
    isShown: Annotated[bool, Field(description="Whether others see it now: nothing covers it")]
    startsAt: Annotated[Written, Field(description="When it begins or began")]
    endsAt: Annotated[Written | None, Field(description="The first moment at which it is over")] = None
    wish: Annotated[
        dict[str, str] | None,
        Field(
            description="The window as it was said, in days or local times; its moments follow the zone's rules"
        ),
    ] = None
    wishInWords: str | None = None
    zone: Annotated[str, Field(description="The IANA zone of the wish")]
    place: Annotated[
        Literal["works", "outOfOffice"] | None,
        Field(description="Which dialect's own status it is; plans are nobody's"),
    ] = None
    bookedBy: Annotated[str | None, Field(description="The client, person or service that made it")] = None
    externalId: Annotated[str | None, Field(description="The id that its client gave to it")] = None
    autoReply: AutoReplyAnswer | None = None


class PlannedStatusList(BaseModel):
    """A page of a person's statuses, in the order of their starts."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"statuses": [ANSWER]}]})

    statuses: list[PlannedStatus]
    next: Annotated[str | None, Field(description="`after` of the next page; `null` on the last")] = None


BOOKED: Final[dict[str, JsonValue]] = {"externalId": "V-2027-117", "status": ANSWER}


class Booked(BaseModel):
    """What became of a booking. `status` is `null` if it was ended or deleted, and its window is the same."""

    model_config = ConfigDict(json_schema_extra={"examples": [BOOKED]})

    externalId: str
    status: PlannedStatus | None = None
