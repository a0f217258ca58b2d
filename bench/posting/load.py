"""What it is like to be asked: how many a second, and how long each took."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Final

from bench.posting import booking

#: How many ask at once.
CLIENTS: Final = 8


@dataclass(frozen=True)
class Load:
    """What came of some bookings: how many a second, how many were refused, how long each took in milliseconds."""

    per_second: float
    refused: int
    took_ms: tuple[float, ...]


def post(
    address: str, headers: dict[str, str], people: Sequence[int], *, per_second: float | None = None
) -> Load:
    """Book for each of these people, from several connections at once.

    At a given pace, a booking's time counts from when it should have been sent, so that what waits behind a slow one
    is counted as well. Without a pace, each connection sends the next booking as soon as it has its answer.
    """
    began_at = time.monotonic()

    def one(client: int) -> list[tuple[bool, float]]:
        with closing(HTTPConnection(address)) as connection:
            return [
                _booked(connection, headers, people[turn], _moment(began_at, turn, per_second))
                for turn in range(client, len(people), CLIENTS)
            ]

    with ThreadPoolExecutor(CLIENTS) as threads:
        done = [each for booked in threads.map(one, range(CLIENTS)) for each in booked]
    took = time.monotonic() - began_at
    return Load(
        per_second=len(done) / took,
        refused=sum(not is_booked for is_booked, _ in done),
        took_ms=tuple(milliseconds for _, milliseconds in done),
    )


def _moment(began_at: float, turn: int, per_second: float | None) -> float:
    """Return when a booking is to be sent; without a pace, now."""
    return time.monotonic() if per_second is None else began_at + turn / per_second


def _booked(
    connection: HTTPConnection, headers: dict[str, str], person_id: int, send_at: float
) -> tuple[bool, float]:
    time.sleep(max(send_at - time.monotonic(), 0))
    connection.request("POST", booking.path(person_id), body=booking.BODY, headers=headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status == HTTPStatus.CREATED, (time.monotonic() - send_at) * 1000
