"""ETags of lists of people: they say which version of the domain was read, so that it need not be read again."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from domain.availability import NEVER, Version

_ETAG: Final = re.compile(
    r"(?P<at>\d{1,17})\.(?P<until>\d{1,18})\.(?P<events>\d{1,9})\.(?P<last>\d{1,18})\.(?P<directory>[0-9a-f]{24})"
    r"\.(?P<question>[0-9a-f]{16})",
    re.ASCII,
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def etag(version: Version, question: tuple[Any, ...]) -> str:
    """Return the ETag, without quotes, of the answer to a question that was made from this version."""
    at, until = ((moment - _EPOCH) // _MICROSECOND for moment in (version.at, version.until))
    return f"{at}.{until}.{version.events}.{version.last_event}.{version.directory}.{_digest(question)}"


def known(etags: Iterable[str], question: tuple[Any, ...]) -> tuple[str, Version | None]:
    """Return the first of these ETags that is of an answer to this question, and its version, if there is one."""
    for text in etags:
        said = _ETAG.fullmatch(text)
        if said is not None and said["question"] == _digest(question) and int(said["until"]) <= _LAST:
            at, until = (_EPOCH + int(said[name]) * _MICROSECOND for name in ("at", "until"))
            return text, Version(at, until, int(said["events"]), int(said["last"]), said["directory"])
    return "", None


_LAST: Final = (NEVER - _EPOCH) // _MICROSECOND


def _digest(question: tuple[Any, ...]) -> str:
    return sha256(json.dumps(question).encode()).hexdigest()[:16]
