"""Bodies of calendar feeds."""

from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, StrictStr

from api.texts import one_line
from api.v1.bodies import Body
from api.v1.schemas import Written
from domain.feeds import Detail

_NEW: Final[dict[str, JsonValue]] = {"shows": "status", "name": "Wiki of the team"}
_FEED: Final[dict[str, JsonValue]] = {
    "id": "feed-5f0c7c462a0b4c3e",
    **_NEW,
    "createdAt": "2026-11-22T09:00:00+00:00",
    "createdBy": "5d1b0c3a4f7e9b2c6d80",
}
_MADE: Final[dict[str, JsonValue]] = {
    **_FEED,
    "address": "http://127.0.0.1:8000/presently/v1/calendar/kU1vXhZf2WqYb0mT4cJ8sQ3rN6pLxD5aEwHgOiRyKtM.ics",
}


class NewFeedBody(Body):
    """A new calendar feed."""

    model_config = ConfigDict(json_schema_extra={"examples": [_NEW]})

    shows: Annotated[
        Detail,
        Field(
            description="`busy`: only whether somebody is out of office, busy or free; `status`: the name of the "
            "profile status too; `message`: its message too"
        ),
    ] = Detail.BUSY
    name: Annotated[
        Annotated[StrictStr, Field(min_length=1, max_length=100), AfterValidator(one_line)] | None,
        Field(description="What you call it, such as the place where it is shown"),
    ] = None


class FeedAnswer(BaseModel):
    """A calendar feed, without its address."""

    model_config = ConfigDict(json_schema_extra={"examples": [_FEED]})

    id: str
    shows: Detail
    name: str | None
    createdAt: Written
    createdBy: Annotated[str, Field(description="The client, person or service that made it")]


class MadeFeed(FeedAnswer):
    """A new calendar feed."""

    model_config = ConfigDict(json_schema_extra={"examples": [_MADE]})

    address: Annotated[
        str | None,
        Field(
            description="Where the calendar (`text/calendar`, RFC 5545) is, for everybody who knows this address. It "
            "is told only this once: `null` in the answer to a repeated Idempotency-Key"
        ),
    ]


class FeedList(BaseModel):
    """Calendar feeds, the oldest first. There are at most 100."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"feeds": [_FEED]}]})

    feeds: list[FeedAnswer]
