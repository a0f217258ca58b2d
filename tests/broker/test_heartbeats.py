from datetime import timedelta

import pytest
from redis import Redis

from broker.broker import Broker
from broker.heartbeats import Heartbeats


@pytest.fixture
def heartbeats(redis: Redis, broker_url: str) -> Heartbeats:
    """Return the heartbeats in an empty broker."""
    assert redis.dbsize() == 0
    return Broker(broker_url).heartbeats


def test_at_first_there_are_no_heartbeats(heartbeats: Heartbeats):
    assert heartbeats.ages() == {}


def test_a_new_heartbeat_is_of_just_now(heartbeats: Heartbeats):
    heartbeats.record("beat")
    heartbeats.record("worker:one")
    ages = heartbeats.ages()
    assert sorted(ages) == ["beat", "worker:one"]
    assert all(timedelta(0) <= age < timedelta(seconds=30) for age in ages.values())


def test_a_heartbeat_expires(heartbeats: Heartbeats, redis: Redis):
    heartbeats.record("beat")
    redis.pexpire("presently:alive:beat", timedelta(minutes=9))
    assert timedelta(minutes=1) <= heartbeats.ages()["beat"] < timedelta(minutes=2)
    redis.delete("presently:alive:beat")
    assert heartbeats.ages() == {}


def test_foreign_keys_hide_no_heartbeats(heartbeats: Heartbeats, redis: Redis):
    for name in (b"\xff", b"endless"):
        redis.lpush(b"presently:alive:" + name, 1)
    redis.set("presently:alive:long", "", px=2**60)
    redis.hset("presently:alive:beat", "a", "b")
    heartbeats.record("beat")
    assert list(heartbeats.ages()) == ["beat"]
