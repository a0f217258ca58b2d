"""The leaves of the benchmark: whole days of a year, as a personnel system sends them in a change."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from http.client import HTTPConnection
from random import Random
from typing import Any, Final

from bench.api import Api
from bench.people import DOMAIN
from bench.posting import booking

CHANGES: Final = "/presently/v1/changes"

#: In days: more short ones than long ones.
_LENGTHS: Final = (1, 1, 2, 3, 5, 5, 10)
_YEAR: Final = 365
_TIMEOUT: Final = 300  # seconds


def entries(people: int, each: int, first: date) -> Iterator[dict[str, str]]:
    """Yield so many leaves for each person in the year from `first`, one in each part of it, always the same."""
    random, part = Random(0), _YEAR // each  # noqa: S311 (no secret)
    for person_id in range(1, people + 1):
        for number in range(each):
            begins = first + timedelta(days=number * part + random.randrange(part))
            yield {
                "person": f"u{person_id}@{DOMAIN}",
                "externalId": f"{person_id}/{number}",
                "from": begins.isoformat(),
                "to": (begins + timedelta(days=random.choice(_LENGTHS) - 1)).isoformat(),
            }


def send(api: Api, path: str, lines: Iterator[dict[str, str]] | None = None) -> dict[str, Any]:
    """Post a change, or what is to be done with one, and return the answer."""
    body = "".join(f"{json.dumps(line)}\n" for line in lines or ())
    headers = booking.headers(api.settings) | {"Content-Type": "application/x-ndjson"}
    return _ask(api, "POST", path, headers, body)


def state(api: Api, change_id: str) -> str:
    """Return the state of a change."""
    answer = _ask(api, "GET", f"{CHANGES}/{change_id}?limit=1", booking.headers(api.settings))
    return str(answer["state"])


def _ask(
    api: Api, method: str, path: str, headers: dict[str, str], body: str | None = None
) -> dict[str, Any]:
    connection = HTTPConnection(api.address, timeout=_TIMEOUT)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        answer: dict[str, Any] = json.load(response)
    finally:
        connection.close()
    if not response.status < 300:  # noqa: PLR2004 (success)
        message = f"{method} {path}: {response.status} {answer}"
        raise RuntimeError(message)
    return answer
