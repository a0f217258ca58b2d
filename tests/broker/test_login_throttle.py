"""Failed logins are counted, by account and by address, in a sliding window."""

import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from redis import Redis

from broker.connection import BrokerUnreachable
from broker.login_throttle import FailedLoginLimits, LoginThrottle
from harness.waiting import wait_until

LIMITS = FailedLoginLimits(per_account=3, per_address=5, window=timedelta(minutes=15))


@pytest.fixture
def throttle(broker_url: str) -> LoginThrottle:
    with Redis.from_url(broker_url) as broker:
        broker.flushdb()
    return LoginThrottle(broker_url, LIMITS)


def test_an_account_is_left_alone_after_its_failures_wherever_they_came_from(throttle: LoginThrottle):
    for number in range(3):
        assert throttle.wait("boss", "192.0.2.1") is None
        throttle.record_failure("boss", f"192.0.2.{number}")
    wait = throttle.wait("boss", "198.51.100.1")
    assert wait is not None
    assert timedelta(minutes=14) < wait <= timedelta(minutes=15)
    assert throttle.wait("somebody", "198.51.100.1") is None


def test_letter_case_makes_no_other_account(throttle: LoginThrottle):
    for name in ("boss", "Boss", "BOSS"):
        throttle.record_failure(name, "192.0.2.1")
    assert throttle.wait("bOSS", "198.51.100.1") is not None


@pytest.mark.parametrize(
    ("address", "same", "other"),
    [
        ("192.0.2.1", "192.0.2.1", "192.0.2.2"),
        ("192.0.2.1", "::ffff:192.0.2.1", "::ffff:192.0.2.2"),
        ("2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1"),
        ("testclient", "testclient", "somewhere else"),
    ],
)
def test_an_address_is_left_alone_after_its_failures_whatever_the_account(
    throttle: LoginThrottle, address: str, same: str, other: str
):
    for number in range(5):
        assert throttle.wait(f"u{number}", address) is None
        throttle.record_failure(f"u{number}", address)
    assert throttle.wait("u9", same) is not None
    assert throttle.wait("u9", other) is None


def test_a_failure_counts_for_the_window_only(broker_url: str):
    throttle = LoginThrottle(
        broker_url, FailedLoginLimits(per_account=1, per_address=1000, window=timedelta(seconds=1))
    )
    account = secrets.token_hex()
    throttle.record_failure(account, "192.0.2.1")
    assert throttle.wait(account, "192.0.2.1") is not None
    wait_until(lambda: throttle.wait(account, "192.0.2.1") is None)


def test_nobody_finds_an_account_in_the_broker(throttle: LoginThrottle, broker_url: str):
    throttle.record_failure("boss@example.com", "192.0.2.1")
    with Redis.from_url(broker_url, decode_responses=True) as broker:
        keys = list(broker.scan_iter())
    assert len(keys) == 2
    assert not any("boss" in str(key) for key in keys)


def test_without_a_broker_it_says_so():
    throttle = LoginThrottle("redis://127.0.0.1:1/0", LIMITS)
    with pytest.raises(BrokerUnreachable):
        throttle.wait("boss", "192.0.2.1")
    with pytest.raises(BrokerUnreachable):
        throttle.record_failure("boss", "192.0.2.1")


@pytest.mark.parametrize("junk", ["inf", "1e308", "9" * 400, "nan", "-inf"])
def test_whatever_somebody_writes_there_nobody_waits_for_longer_than_the_window(
    throttle: LoginThrottle, broker_url: str, junk: str
):
    throttle.record_failure("boss", "192.0.2.1")
    with Redis.from_url(broker_url) as broker:
        (key,) = broker.scan_iter(match="*account*")
        broker.lpush(key, junk, junk, junk)
    wait = throttle.wait("boss", "198.51.100.1")
    assert wait is None or wait <= LIMITS.window


@pytest.mark.parametrize(
    "make", [lambda broker, key: broker.set(key, "junk"), lambda broker, key: broker.lpush(key, "junk")]
)
def test_a_broker_that_cannot_count_is_treated_as_down(
    throttle: LoginThrottle, broker_url: str, make: Callable[[Redis, bytes], object]
):
    throttle.record_failure("boss", "192.0.2.1")
    with Redis.from_url(broker_url) as broker:
        for key in list(broker.scan_iter(match="*failed-logins*")):
            broker.delete(key)
            for _ in range(5):
                make(broker, key)
    with pytest.raises(BrokerUnreachable):
        throttle.record_failure("boss", "192.0.2.1")
