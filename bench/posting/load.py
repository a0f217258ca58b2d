"""Posts bookings to the API from several connections, and measures throughput and latency."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Final

from bench.posting import booking

#: The number of connections.
CLIENTS: Final = 8


@dataclass(frozen=True)
class Load:
    """The result of some bookings: throughput, number of refusals, and each latency in milliseconds."""

    per_second: float
    refused: int
    took_ms: tuple[float, ...]


def post(
    address: str, headers: dict[str, str], people: Sequence[int], *, per_second: float | None = None
) -> Load:
    """Post a booking for each of these people, from several connections at once.

    At a given pace, a booking's latency counts from the time when it should have been sent, so that waiting behind a
    slow one is included. Without a pace, each connection sends the next booking as soon as it has its response.
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
    """Return the time at which to send a booking; without a pace, now."""
    return time.monotonic() if per_second is None else began_at + turn / per_second


def _booked(
    connection: HTTPConnection, headers: dict[str, str], person_id: int, send_at: float
) -> tuple[bool, float]:
    time.sleep(max(send_at - time.monotonic(), 0))
    connection.request("POST", booking.path(person_id), body=booking.BODY, headers=headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status == HTTPStatus.CREATED, (time.monotonic() - send_at) * 1000
