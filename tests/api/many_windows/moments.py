"""The hours of a morning, and windows between them as each dialect writes them."""

from datetime import datetime
from typing import Any, Final

from tests.api.clients import naive, written
from tests.builders import HOUR, NINE

TEN: Final = NINE + HOUR
ELEVEN: Final = NINE + 2 * HOUR
NOON: Final = NINE + 3 * HOUR
ONE: Final = NINE + 4 * HOUR

#: An auto-reply, as NAVER WORKS writes it, and as grommunio shows it.
MAIL: Final = {"internal": {"content": "HR"}, "external": {"content": "HR"}}
MAIL_SHOWN: Final = {side: {"content": "HR", "sentDirectlyToMe": False} for side in ("internal", "external")}


def window(starts_at: datetime, ends_at: datetime) -> dict[str, str]:
    """Return a window of NAVER WORKS."""
    return {"startTime": written(starts_at), "endTime": written(ends_at)}


def dates(starts_at: datetime, ends_at: datetime) -> dict[str, str]:
    """Return a window of grommunio."""
    return {"startTime": naive(starts_at), "endTime": naive(ends_at)}


def scheduled(starts_at: datetime, ends_at: datetime, text: str) -> dict[str, Any]:
    """Return a scheduled out-of-office."""
    return {"state": 2, "externalAudience": 0, **dates(starts_at, ends_at), "internalReply": text}
