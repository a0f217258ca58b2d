"""The bodies of changes of many people's plans."""

from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.v1.schemas import Written

_CHANGE: Final[dict[str, JsonValue]] = {
    "id": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
    "state": "planned",
    "client": "hr",
    "author": "hr@example.com",
    "createdAt": "2026-11-22T09:00:00+00:00",
    "allFrom": None,
    "allTo": None,
    "entries": 1,
    "people": 1,
    "peopleDone": 1,
    "counts": {"new": 1},
    "plan": 1,
    "problem": None,
}
_ENTRY: Final[dict[str, JsonValue]] = {
    "entry": 1,
    "action": "new",
    "person": "u1@example.com",
    "externalId": "V-2027-117",
    "reason": None,
    "before": None,
    "after": {
        "status": "ABSENCE",
        "message": "On leave",
        "startsAt": "2027-08-02T00:00:00+09:00",
        "endsAt": "2027-08-07T00:00:00+09:00",
        "zone": None,
        "hasAutoReply": False,
        "wish": {"from": "2027-08-02", "to": "2027-08-06"},
    },
    "leftBecause": None,
}
#: The example of an entry as it is sent.
SENT: Final[dict[str, JsonValue]] = {
    "person": "u1@example.com",
    "externalId": "V-2027-117",
    "message": "On leave",
    "from": "2027-08-02",
    "to": "2027-08-06",
}


class EntryAnswer(BaseModel):
    """What a change does to one booking."""

    entry: Annotated[
        int, Field(description="The number of the entry as it was sent, from 1; a cancelled one follows all")
    ]
    action: Annotated[
        str,
        Field(
            description="new, moved, shortened, changed, cancelled, unchanged or refused", examples=["moved"]
        ),
    ]
    person: Annotated[str, Field(description="As it was sent", examples=["u1@example.com"])]
    externalId: str | None = None
    reason: Annotated[str | None, Field(description="Why it is refused")] = None
    before: Annotated[dict[str, Any] | None, Field(description="The status as it is")] = None
    after: Annotated[dict[str, Any] | None, Field(description="The status as it would be")] = None
    leftBecause: Annotated[str | None, Field(description="Why an undo left it as it was")] = None


class BulkChangeAnswer(BaseModel):
    """A change of many people's plans."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CHANGE]})

    id: str
    state: Annotated[
        str,
        Field(
            description="receiving, planning, planned, applying, applied, reverting, undoing or undone; those with "
            "-ing go on by themselves, except receiving",
            examples=["planned"],
        ),
    ]
    client: Annotated[str, Field(description="Whose bookings it changes")]
    author: str
    createdAt: Written
    allFrom: Written | None = None
    allTo: Written | None = None
    entries: int
    people: int
    peopleDone: Annotated[int, Field(description="How many people are done in this state")]
    counts: Annotated[dict[str, int], Field(description="Entries by action; `left` after an undo")]
    plan: Annotated[int, Field(description="The number of its plan: one more each time it is planned anew")]
    problem: Annotated[str | None, Field(description="Why the plan before could not be applied")] = None


class BulkChangePage(BulkChangeAnswer):
    """A change, with a page of what it does."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_CHANGE, "diff": [_ENTRY], "next": None}]})

    diff: list[EntryAnswer]
    next: str | None = None


class BulkChangeList(BaseModel):
    """Changes, the newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"changes": [_CHANGE], "next": None}]})

    changes: list[BulkChangeAnswer]
    next: str | None = None
