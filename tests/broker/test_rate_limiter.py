"""Rate limits: counted in the broker, by client, domain and API, from zero in each window."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from redis import Redis

from broker.connection import BrokerUnreachable
from broker.rate_limiter import RateLimit, RateLimiter, RateLimitKey, RateLimitUsage
from tests.builders import NINE

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
THREE_A_MINUTE = RateLimit(requests=3, window=MINUTE)
KEY = RateLimitKey(client="hr", domain_id=1, api="GET /v1.0/users")


@dataclass(frozen=True)
class Limiter:
    """A rate limiter, and the event loop of the test."""

    limiter: RateLimiter
    loop: asyncio.Runner

    def count(self, key: RateLimitKey, now: datetime) -> RateLimitUsage:
        """Count one request."""
        return self.loop.run(self.limiter.count(key, now))


@pytest.fixture
def limiter_at() -> Iterator[Callable[[str], Limiter]]:
    """Yield a function that makes rate limiters of this broker; three requests a minute are allowed."""
    made: list[Limiter] = []
    with asyncio.Runner() as loop:

        def make(url: str) -> Limiter:
            made.append(Limiter(RateLimiter(url, THREE_A_MINUTE), loop))
            return made[-1]

        yield make
        for each in made:
            loop.run(each.limiter.close())


@pytest.fixture
def limiter(redis: Redis, broker_url: str, limiter_at: Callable[[str], Limiter]) -> Limiter:
    """Return a rate limiter whose counters are at zero."""
    assert redis.dbsize() == 0
    return limiter_at(broker_url)


def used_up(limiter: Limiter, key: RateLimitKey = KEY) -> RateLimitUsage:
    return [limiter.count(key, NINE) for _ in range(3)][-1]


def test_the_last_request_that_is_allowed_passes_and_the_next_one_does_not(limiter: Limiter):
    usages = [limiter.count(KEY, NINE) for _ in range(5)]
    assert [usage.is_passed for usage in usages] == [False, False, False, True, True]
    assert [usage.is_just_passed for usage in usages] == [False, False, False, True, False]
    assert [usage.used for usage in usages] == [1, 2, 3, 3, 3]


@pytest.mark.parametrize(
    "other",
    [
        replace(KEY, client="bot"),
        replace(KEY, domain_id=2),
        replace(KEY, domain_id=None),
        replace(KEY, api="POST /v1.0/users"),
    ],
)
def test_others_are_counted_apart(limiter: Limiter, other: RateLimitKey):
    used_up(limiter)
    assert limiter.count(other, NINE).used == 1


@pytest.mark.parametrize(
    ("after", "is_passed", "resets_in"),
    [
        # The window of nine o'clock is used up; one more request, some time after nine:
        (timedelta(), True, MINUTE),
        (MINUTE - SECOND, True, SECOND),
        (MINUTE, False, MINUTE),
        (MINUTE + SECOND, False, MINUTE - SECOND),
    ],
)
def test_the_next_window_begins_with_nothing_used(
    limiter: Limiter, after: timedelta, is_passed: bool, resets_in: timedelta
):
    used_up(limiter)
    usage = limiter.count(KEY, NINE + after)
    assert (usage.is_passed, usage.resets_in) == (is_passed, resets_in)


def test_api_processes_count_together(
    limiter: Limiter, broker_url: str, limiter_at: Callable[[str], Limiter]
):
    used_up(limiter)
    assert limiter_at(broker_url).count(KEY, NINE).is_passed


def test_counters_go_with_their_window(limiter: Limiter, broker_url: str):
    used_up(limiter)
    with Redis.from_url(broker_url) as broker:
        (counter,) = broker.keys("*")
        assert 0 < broker.ttl(counter) <= 60


def test_nobody_finds_a_client_in_the_broker(limiter: Limiter, broker_url: str):
    used_up(limiter, replace(KEY, client="anna@example.org"))
    with Redis.from_url(broker_url) as broker:
        assert not [name for name in broker.keys("*") if b"anna" in name]


def test_one_request_is_one_round_trip(limiter: Limiter, broker_url: str):
    limiter.count(KEY, NINE)
    with Redis.from_url(broker_url) as broker:

        def commands() -> int:
            return int(broker.info("stats")["total_commands_processed"])

        before = commands()
        limiter.count(KEY, NINE)
        # The script's own command and the query itself count too.
        assert commands() - before == len(["EVAL", "INCR", "INFO"])


def test_without_a_broker_nothing_is_counted(limiter_at: Callable[[str], Limiter]):
    with pytest.raises(BrokerUnreachable):
        limiter_at("redis://127.0.0.1:1/0").count(KEY, NINE)
