"""What tests of beat are given: beat itself, without its process, on a real store and beside a real broker."""

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
    """Give a way to make a beat, on this store and beside an empty broker unless more is said."""
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
    """Give a store whose clock runs: the database's."""
    opened = Store(store_url)
    yield opened
    opened.close()
