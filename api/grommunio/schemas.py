"""Bodies of the out-of-office, as in grommunio's OpenAPI document. Dates of `null` and `""` count as absent."""

import re
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    StrictInt,
    StrictStr,
    WithJsonSchema,
)
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from api.misspelt_names import CheckedNames

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)
_FORM: Final = (
    "Not a date of the form YYYY-MM-DD HH:MM:SS, as in 2027-08-01 08:00:00: "
    "without an offset, in the time zone of the domain."
)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
#: JSON can contain these as escapes, but neither a store nor a response can.
_NO_TEXT: Final = re.compile(r"[\x00\ud800-\udfff]")

#: The longest line of a mail (RFC 5322 §2.1.1): a subject becomes a mail header.
_SUBJECT_LENGTH: Final = 998


def _wall_clock(value: Any) -> Any:
    """Parse a naive date-time; return None if it is empty.

    Raises:
        PydanticCustomError: it does not have the documented form.
        ValueError: there is no such date.
    """
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise PydanticCustomError("date_form", _FORM)
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        message = (
            "Years go from 0001 to 9999." if value.startswith("0000") else "There is no such date and time."
        )
        raise ValueError(message) from None


def _one_line(text: str) -> str:
    if _CONTROL.search(text):
        message = "Line breaks and other control characters cannot be used in a subject."
        raise ValueError(message)
    return text


def _html(text: str) -> str:
    if _NO_TEXT.search(text):
        message = "A text cannot contain NUL or half a surrogate pair."
        raise ValueError(message)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _one_of(choices: str) -> BeforeValidator:
    """Build the check that a value is 0, 1 or 2; `choices` tells what they mean."""

    def check(value: Any) -> Any:
        # Not isinstance, because True is an int.
        if type(value) is not int or value not in range(3):
            raise PydanticCustomError("choice", "It must be {choices}.", {"choices": choices})
        return value

    return BeforeValidator(check)


_Choice = Annotated[StrictInt, Field(ge=0, le=2)]
_State = Annotated[_Choice, _one_of("0 (off), 1 (on) or 2 (scheduled)")]
_Audience = Annotated[_Choice, _one_of("0 (nobody), 1 (known senders) or 2 (everybody)")]
_Date = Annotated[
    datetime | None,
    BeforeValidator(_wall_clock),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)?$"},
                {"type": "null"},
            ]
        }
    ),
]
_Written = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")]
Subject = Annotated[StrictStr, Field(max_length=_SUBJECT_LENGTH), AfterValidator(_one_line)]
Html = Annotated[StrictStr, AfterValidator(_html)]

_EXAMPLE: Final[dict[str, JsonValue]] = {
    "state": 2,
    "externalAudience": 1,
    "startTime": "2027-08-01 08:00:00",
    "endTime": "2027-08-15 18:00:00",
    "internalSubject": "Away",
    "internalReply": "<p>Back on the 16th</p>",
    "externalSubject": "",
    "externalReply": "",
}
_ANSWER: Final[dict[str, JsonValue]] = {
    key: value for key, value in _EXAMPLE.items() if key != "externalSubject"
}


class OofBody(CheckedNames):
    """The setting to save. Without `state` it is 0; without a date there is none; without a reply the old one stays."""

    model_config = ConfigDict(frozen=True, extra="allow", json_schema_extra={"examples": [_EXAMPLE]})

    state: Annotated[_State, Field(description="0 off, 1 on, 2 scheduled")] = 0
    externalAudience: Annotated[_Audience, Field(description="0 none, 1 known, 2 all")] = 0
    startTime: _Date = None
    endTime: _Date = None
    internalSubject: Subject | None = None
    internalReply: Html | None = None
    externalSubject: Subject | None = None
    externalReply: Html | None = None


class OofAnswer(BaseModel):
    """The saved setting. What is absent has no key."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ANSWER]})

    state: _Choice
    externalAudience: _Choice
    startTime: _Written | SkipJsonSchema[None] = None
    endTime: _Written | SkipJsonSchema[None] = None
    internalSubject: str | SkipJsonSchema[None] = None
    internalReply: str | SkipJsonSchema[None] = None
    externalSubject: str | SkipJsonSchema[None] = None
    externalReply: str | SkipJsonSchema[None] = None


class Message(BaseModel):
    """The result of a request."""

    message: str


class BadRequest(Message):
    """Why a request was refused, with a sentence for each fault if there are any."""

    errors: list[str] | SkipJsonSchema[None] = None


class AccessDenied(Message):
    """Why authentication failed."""

    error: str
