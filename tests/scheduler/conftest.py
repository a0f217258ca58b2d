"""Fixtures for the tests of beat: beat without its process, with a real store and a real broker."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from redis import Redis

from store.store import Store
from tests.scheduler.beats import Beat, made

Make = Callable[..., Beat]


@pytest.fixture
def make_beat(
    store_url: str, broker_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Beat]]:
    """Yield a function that makes a beat, by default with this store and an empty broker."""
    with Redis.from_url(broker_url) as client:
        client.flushall()
    beats: list[Beat] = []

    def make(*, store_url: str = store_url, broker_url: str = broker_url, **options: Any) -> Beat:
        beats.append(made(store_url, broker_url, monkeypatch, **options))
        return beats[-1]

    yield make
    for beat in beats:
        beat.scheduler.close()


@pytest.fixture
def beat(make_beat: Callable[..., Beat]) -> Beat:
    """Return a beat that has just started."""
    return make_beat()


@pytest.fixture
def running_store(store_url: str) -> Iterator[Store]:
    """Open a store that uses the database's clock."""
    opened = Store(store_url)
    yield opened
    opened.close()
