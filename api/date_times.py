"""Moments in the bodies of requests (RFC 3339), with the offset they were written with."""

import re
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from dateutil.parser import isoparse
from pydantic import PlainValidator, WithJsonSchema

from domain.moments import Moment

_DATE_TIME: Final = re.compile(
    r"(?P<seconds>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(?P<offset>Z|[+-]\d\d:\d\d)?",
    re.ASCII,
)
_OFFSET: Final = "An offset from UTC is required, as in 2026-03-16T09:00:00+09:00."
_OFFSETS: Final = "The offset from UTC must lie between -12:00 and +14:00, as in 2026-03-16T09:00:00+09:00."
_MINUTES: Final = 60
_EXAMPLE: Final = "2026-12-01T09:00:00+09:00"


def moment(value: Any) -> Moment:
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


def instant(value: Any) -> datetime:
    """Parse a date-time of a query, to the microsecond. A space counts as the `+` that it was before it was decoded.

    Raises:
        ValueError: as `moment` does.
    """
    text = value.replace(" ", "+") if isinstance(value, str) else value
    whole = moment(text).instant
    fraction = _FRACTION.search(text)
    return whole + timedelta(microseconds=int(fraction[1][:6].ljust(6, "0"))) if fraction else whole


_FRACTION: Final = re.compile(r"\.(\d+)")


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


DateTime = Annotated[
    Moment,
    PlainValidator(moment),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": [_EXAMPLE]}),
]

#: A date-time in a query.
Instant = Annotated[
    datetime,
    PlainValidator(instant),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": [_EXAMPLE]}),
]
