"""Bodies about people."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.v1.schemas import Written
from domain.availability import MOST_REASONS

_SHOWN: Final[dict[str, JsonValue]] = {
    "id": "uprofile-b785-4aae-c330-01e94337846b",
    "status": "ABSENCE",
    "name": "Absent",
    "iconUrl": "http://127.0.0.1:8000/icons/ABSENCE.svg",
    "message": "On leave",
    "startsAt": "2026-12-01T09:00:00+09:00",
    "endsAt": "2026-12-05T18:00:00+09:00",
    "replies": True,
}
_PERSON: Final[dict[str, JsonValue]] = {
    "id": "userf7da-f82c-4284-13e7-030f3b4c756a",
    "number": 1,
    "name": "Kim Minjun",
    "email": "u1@example.com",
    "aliases": ["minjun@example.com"],
    "externalKey": "E001",
    "isAway": True,
    "shown": _SHOWN,
    "next": {**_SHOWN, "status": "BUSY", "name": "Busy", "replies": False},
    "outOfOffice": _SHOWN,
    "awayWith": [_SHOWN],
}


class ShownStatus(BaseModel):
    """What others see of a status."""

    id: str
    status: Annotated[str, Field(description="The id of its profile status")]
    name: str
    iconUrl: str
    message: str | None
    startsAt: Annotated[Written, Field(description="When it begins or began")]
    endsAt: Annotated[Written | None, Field(description="The first moment at which it is over")]
    replies: Annotated[bool, Field(description="Whether its auto-reply answers mail")]


class PersonAnswer(BaseModel):
    """A person of the domain, and what they show."""

    model_config = ConfigDict(json_schema_extra={"examples": [_PERSON]})

    id: Annotated[str, Field(description="The resource id, as in the NAVER WORKS dialect")]
    number: Annotated[int, Field(description="The number in the paths of the grommunio dialect")]
    name: str
    email: str
    aliases: list[str]
    externalKey: str | None
    isAway: Annotated[bool, Field(description="Whether the person is away now: shows it, or answers mail so")]
    shown: Annotated[ShownStatus | None, Field(description="The status that others see now")]
    next: Annotated[ShownStatus | None, Field(description="The status that starts next")]
    outOfOffice: Annotated[ShownStatus | None, Field(description="The status whose reply answers mail now")]
    awayWith: Annotated[
        list[ShownStatus] | None,
        Field(
            description="With `?away=`: the statuses that make the person away in that time, in the order of their "
            f"starts, at most {MOST_REASONS}; else `null`"
        ),
    ] = None


class PeopleList(BaseModel):
    """A page of the domain's people, in the order in which they were added."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"people": [_PERSON], "next": "cGVvcGxlOjE"}]})

    people: list[PersonAnswer]
    next: Annotated[str | None, Field(description="`after` of the next page; `null` on the last")]
