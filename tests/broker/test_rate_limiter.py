"""Rate limits: counted in the broker, by client, domain and API, from zero in each window."""

from dataclasses import replace
from datetime import timedelta

import pytest
from redis import Redis

from broker.connection import BrokerUnreachable
from broker.keys import network_of
from broker.rate_limiter import RateLimit, RateLimiter, RateLimitKey, RateLimitUsage
from tests.builders import NINE

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
THREE_A_MINUTE = RateLimit(requests=3, window=MINUTE)
KEY = RateLimitKey(client="hr", domain_id=1, api="GET /v1.0/users")


@pytest.fixture
def limiter(broker_url: str) -> RateLimiter:
    """Return counters at zero; three requests a minute are allowed."""
    with Redis.from_url(broker_url) as broker:
        broker.flushdb()
    return RateLimiter(broker_url, THREE_A_MINUTE)


def used_up(limiter: RateLimiter, key: RateLimitKey = KEY) -> RateLimitUsage:
    return [limiter.count(key, NINE) for _ in range(3)][-1]


def test_the_last_request_that_is_allowed_passes_and_the_next_one_does_not(limiter: RateLimiter):
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
def test_others_are_counted_apart(limiter: RateLimiter, other: RateLimitKey):
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
    limiter: RateLimiter, after: timedelta, is_passed: bool, resets_in: timedelta
):
    used_up(limiter)
    usage = limiter.count(KEY, NINE + after)
    assert (usage.is_passed, usage.resets_in) == (is_passed, resets_in)


def test_api_processes_count_together(limiter: RateLimiter, broker_url: str):
    used_up(limiter)
    assert RateLimiter(broker_url, THREE_A_MINUTE).count(KEY, NINE).is_passed


def test_counters_go_with_their_window(limiter: RateLimiter, broker_url: str):
    used_up(limiter)
    with Redis.from_url(broker_url) as broker:
        (counter,) = broker.keys("*")
        assert 0 < broker.ttl(counter) <= 60


def test_nobody_finds_a_client_in_the_broker(limiter: RateLimiter, broker_url: str):
    used_up(limiter, replace(KEY, client="anna@example.org"))
    with Redis.from_url(broker_url) as broker:
        assert not [name for name in broker.keys("*") if b"anna" in name]


def test_one_request_is_one_round_trip(limiter: RateLimiter, broker_url: str):
    limiter.count(KEY, NINE)
    with Redis.from_url(broker_url) as broker:

        def commands() -> int:
            return int(broker.info("stats")["total_commands_processed"])

        before = commands()
        limiter.count(KEY, NINE)
        # The script's own command and the query itself count too.
        assert commands() - before == len(["EVALSHA", "INCRBY", "INFO"])


def test_without_a_broker_nothing_is_counted():
    with pytest.raises(BrokerUnreachable):
        RateLimiter("redis://127.0.0.1:1/0", THREE_A_MINUTE).count(KEY, NINE)


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.2", "192.0.2.2"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("2001:db8:0:1:ffff:ffff:ffff:ffff", "2001:db8:0:1::/64"),
        ("2001:db8:0:2::1", "2001:db8:0:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("/run/proxy.sock", "/run/proxy.sock"),
    ],
)
def test_an_address_of_ipv6_is_counted_with_its_neighbours(address: str, counted_as: str):
    assert network_of(address) == counted_as
