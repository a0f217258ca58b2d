import pytest
from redis import Redis

from broker.broker import Broker
from broker.connection import BrokerUnreachable


def test_a_broker_that_is_there_answers(redis: Redis, broker_url: str):
    assert redis.dbsize() == 0
    Broker(broker_url).ping()


def test_a_broker_that_is_gone_is_told_at_once():
    gone = Broker("redis://127.0.0.1:1/0")
    for ask in (
        gone.ping,
        gone.heartbeats.ages,
        gone.lateness.by_kind,
        lambda: gone.heartbeats.record("beat"),
    ):
        with pytest.raises(BrokerUnreachable):
            ask()
