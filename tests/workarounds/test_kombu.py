"""What Kombu does by itself."""

import inspect
from collections.abc import Iterator
from json import JSONDecodeError
from types import SimpleNamespace
from typing import Any

import pytest
from kombu import Connection
from kombu.transport import redis
from redis import ResponseError


@pytest.fixture
def channel(broker_url: str) -> Iterator[Any]:
    with Connection(broker_url) as connection:
        yield connection.channel()


def test_kombu_reconnect():
    parameters = inspect.signature(Connection._ensure_connection).parameters  # noqa: SLF001 (it is overridden)
    assert (parameters["interval_step"].default, parameters["interval_max"].default) == (2, 30)


def test_kombu_invalid_messages():
    read = SimpleNamespace(
        client=SimpleNamespace(parse_response=lambda *_, **__: (b"timers", b"no JSON"), connection=None),
        connection_errors=(),
        sep=":",
        _queue_cycle=SimpleNamespace(rotate=lambda _: None),
        connection=SimpleNamespace(_deliver=lambda *_: None),
        _flush_brpop_reauth=lambda: None,
    )
    with pytest.raises(JSONDecodeError):
        redis.Channel._brpop_read(read)  # type: ignore[attr-defined] # noqa: SLF001 (it is overridden)


def test_kombu_wrong_type(channel: Any):
    with channel.conn_or_acquire() as client:
        client.set("a-queue", "no list")
        with pytest.raises(ResponseError, match="WRONGTYPE"):
            channel._size("a-queue")  # noqa: SLF001 (it is overridden)
        client.delete("a-queue")
