"""Bodies about the past, the present and the future of a person, and about who changed what."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.v1.schemas import Written
from domain.events import EventKind

_HOME: Final[dict[str, JsonValue]] = {
    "id": "uprofile-0a6e-42d1-8b1c-7f3d5e9c2b10",
    "status": "CUSTOM01",
    "name": "Working from home",
    "message": None,
    "startsAt": "2027-07-26T09:00:00+09:00",
    "endsAt": None,
    "replies": False,
    "bookedBy": "u1@example.com",
}
_LEAVE: Final[dict[str, JsonValue]] = {
    "id": "uprofile-b785-4aae-c330-01e94337846b",
    "status": "ABSENCE",
    "name": "Absent",
    "message": "On leave",
    "startsAt": "2027-08-02T00:00:00+09:00",
    "endsAt": "2027-08-05T00:00:00+09:00",
    "replies": True,
    "bookedBy": "5d1b0c3a4f7e9b2c6d80",
}
_SEGMENT: Final[dict[str, JsonValue]] = {
    "startsAt": "2027-08-02T00:00:00+09:00",
    "endsAt": "2027-08-05T00:00:00+09:00",
    "shown": _LEAVE,
    "covered": [_HOME],
}
#: The example of a timeline.
TIMELINE: Final[dict[str, JsonValue]] = {
    "knownFrom": "2027-08-02T00:00:00+09:00",
    "segments": [_SEGMENT],
    "next": None,
}
_CHANGE: Final[dict[str, JsonValue]] = {
    "id": 4711,
    "kind": "CHANGED",
    "at": "2027-07-30T10:15:42.118311+09:00",
    "dueAt": None,
    "lateMs": None,
    "text": "Kim Minjun's status “Absent” from 2 to 6 August was shortened to end on 4 August by hr@example.com.",
    "actor": "hr@example.com",
    "client": "5d1b0c3a4f7e9b2c6d80",
    "requestId": "0c6d6b9fb1534c7b91930595e4ab62a8",
    "job": None,
    "changed": ["endsAt"],
    "before": {**_LEAVE, "endsAt": "2027-08-07T00:00:00+09:00"},
    "after": _LEAVE,
    "shownAfter": {"id": "uprofile-0a6e-42d1-8b1c-7f3d5e9c2b10", "status": "CUSTOM01"},
}
_PERSON: Final[dict[str, JsonValue]] = {"number": 1, "email": "u1@example.com", "name": "Kim Minjun"}
_NEXT: Final = "aGlzdG9yeToyMDI3"


class LayerAnswer(BaseModel):
    """A status as it was, is or will be."""

    id: str
    status: Annotated[str, Field(description="The id of its profile status")]
    name: str
    message: str | None = None
    startsAt: Annotated[Written, Field(description="When it begins or began")]
    endsAt: Annotated[Written | None, Field(description="The first moment at which it is over")] = None
    replies: Annotated[bool, Field(description="Whether its auto-reply answers mail")]
    bookedBy: Annotated[str | None, Field(description="The client, person or service that made it")] = None


class SegmentAnswer(BaseModel):
    """A time in which nothing changes."""

    startsAt: Written
    endsAt: Annotated[Written, Field(description="The first moment after it")]
    shown: Annotated[LayerAnswer | None, Field(description="The status that others see")] = None
    covered: Annotated[list[LayerAnswer], Field(description="What it covers, the uppermost first")]


class TimelineAnswer(BaseModel):
    """What was, is and will be shown, in segments without gaps."""

    model_config = ConfigDict(json_schema_extra={"examples": [TIMELINE]})

    knownFrom: Annotated[
        Written,
        Field(description="Where the segments begin: at `from`, or later if events from before are deleted"),
    ]
    segments: list[SegmentAnswer]
    next: Annotated[str | None, Field(description="`after` of the next page; `null` on the last")] = None


class MomentAnswer(BaseModel):
    """What was, is or will be shown at a moment."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"at": "2027-08-03T12:00:00+09:00", "shown": _LEAVE, "covered": [_HOME]}]
        }
    )

    at: Written
    shown: Annotated[LayerAnswer | None, Field(description="The status that others see")] = None
    covered: Annotated[list[LayerAnswer], Field(description="What it covers, the uppermost first")]


class ShownAfter(BaseModel):
    """The status that the person showed after a change."""

    id: str
    status: str | None = None


class ChangeAnswer(BaseModel):
    """A change, in words and as data."""

    id: int
    kind: Annotated[
        EventKind,
        Field(
            description="RESERVED: booked for later; PRESENTED: in force at once; CHANGED; REPLACED: by another "
            "status; DELETED; REMEMBERED: only the texts for the next out-of-office changed; PROMOTED: it began; "
            "DISABLED: it ended; LAPSED: it was over before its start was carried out"
        ),
    ]
    at: Annotated[Written, Field(description="When it was committed")]
    dueAt: Annotated[Written | None, Field(description="When a start or an end was due")] = None
    lateMs: Annotated[
        int | None, Field(description="How long after that it was committed, in milliseconds")
    ] = None
    text: Annotated[str, Field(description="One English sentence, with times in the zone of the domain")]
    actor: Annotated[str, Field(description="Who caused it; `time` for starts and ends")]
    client: Annotated[str | None, Field(description="The OAuth client whose token it was")] = None
    requestId: str | None = None
    job: Annotated[str | None, Field(description="The job of many changes that it belongs to")] = None
    changed: Annotated[
        list[Literal["status", "message", "startsAt", "endsAt", "autoReply"]] | None,
        Field(description="What is different after CHANGED; `null` for other kinds, or if it is not known"),
    ] = None
    before: Annotated[LayerAnswer | None, Field(description="The status before")] = None
    after: Annotated[LayerAnswer | None, Field(description="The status after; none after its end")] = None
    shownAfter: Annotated[ShownAfter | None, Field(description="The status that others saw after it")] = None


class HistoryAnswer(BaseModel):
    """A page of the changes of a person, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"changes": [_CHANGE], "next": _NEXT}]})

    changes: list[ChangeAnswer]
    next: Annotated[str | None, Field(description="`after` of the next page; `null` on the last")] = None


class ConcernedPerson(BaseModel):
    """The person whose status changed; without address and name, if the person is gone."""

    number: int
    email: str | None = None
    name: str | None = None


class AuditedChange(ChangeAnswer):
    """A change, and whom it was about."""

    person: ConcernedPerson


class AuditAnswer(BaseModel):
    """A page of what callers did, newest first."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"changes": [{**_CHANGE, "person": _PERSON}], "next": _NEXT}]}
    )

    changes: list[AuditedChange]
    next: Annotated[str | None, Field(description="`after` of the next page; `null` on the last")] = None
