"""Fixtures for the tests of the broker: an empty one."""

from collections.abc import Iterator

import pytest
from redis import Redis


@pytest.fixture
def redis(broker_url: str) -> Iterator[Redis]:
    """Give a client of an empty broker."""
    with Redis.from_url(broker_url) as client:
        client.flushdb()
        yield client
