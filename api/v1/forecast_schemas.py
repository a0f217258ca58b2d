"""Bodies of what a write would do that is only tried."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.v1.history_schemas import SegmentAnswer
from api.v1.schemas import Written
from api.v1.status_schemas import ANSWER, PlannedStatus

_WARNING: Final[dict[str, JsonValue]] = {
    "kind": "covers",
    "detail": "It is shown instead of AWAY (At the fair).",
    "otherId": "uprofile-0c1d-4aae-c330-01e94337846b",
    "startsAt": "2027-08-02T00:00:00+09:00",
    "endsAt": "2027-08-03T00:00:00+09:00",
}

_SEGMENT: Final[dict[str, JsonValue]] = {
    "startsAt": "2027-08-02T00:00:00+09:00",
    "endsAt": "2027-08-07T00:00:00+09:00",
    "covered": [],
}


class WarningAnswer(BaseModel):
    """Something to think about before the status is really written."""

    model_config = ConfigDict(json_schema_extra={"examples": [_WARNING]})

    kind: Literal["covers", "covered", "neverShown", "clocks"]
    detail: str
    otherId: Annotated[str | None, Field(description="The id of the other status")] = None
    startsAt: Written
    endsAt: Written


class ForecastAnswer(BaseModel):
    """What a write would do: the status, and the person's timeline where it changes. Nothing was written."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"status": ANSWER, "timeline": [_SEGMENT], "warnings": [_WARNING]}]}
    )

    status: Annotated[PlannedStatus | None, Field(description="As it would be; its id is not kept")] = None
    timeline: list[SegmentAnswer]
    warnings: list[WarningAnswer]
