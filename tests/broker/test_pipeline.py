import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from redis import Redis

from broker.connection import BrokerUnreachable
from broker.pipeline import Pipeline


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Pipeline]:
    pipeline = Pipeline(url)
    yield pipeline
    await pipeline.close()


def test_each_of_many_gets_its_own_answer_over_one_connection(redis: Redis, broker_url: str):
    def connections() -> int:
        return int(redis.info("stats")["total_connections_received"])

    async def echo() -> list[bytes]:
        async with opened(broker_url) as pipeline:
            first = await asyncio.gather(*(pipeline.execute("ECHO", number) for number in range(100)))
            return first + await asyncio.gather(*(pipeline.execute("ECHO", n) for n in range(100, 200)))

    before = connections()
    assert asyncio.run(echo()) == [str(number).encode() for number in range(200)]
    assert connections() - before == 1


def test_a_connection_that_was_lost_is_opened_again_unnoticed(redis: Redis, broker_url: str):
    async def count() -> list[int]:
        async with opened(broker_url) as pipeline:
            first = await pipeline.execute("INCR", "counter")
            redis.client_kill_filter(_type="normal", skipme=True)
            return [first, await pipeline.execute("INCR", "counter")]

    assert asyncio.run(count()) == [1, 2]


def test_a_request_that_goes_away_takes_no_answer_of_another(redis: Redis, broker_url: str):
    async def echo() -> list[bytes]:
        async with opened(broker_url) as pipeline:
            await pipeline.execute("PING")
            asking = [asyncio.create_task(pipeline.execute("ECHO", number)) for number in range(10)]
            await asyncio.sleep(0)
            asking[0].cancel()  # before the commands are sent
            await asyncio.sleep(0)
            asking[1].cancel()  # and afterwards
            rest: list[bytes] = await asyncio.gather(*asking[2:])
            return rest

    assert asyncio.run(echo()) == [b"%d" % number for number in range(2, 10)]


def test_after_a_command_that_was_refused_answers_are_right_again(redis: Redis, broker_url: str):
    async def ask() -> list[object]:
        async with opened(broker_url) as pipeline:
            refused = await asyncio.gather(
                *(pipeline.execute(*words) for words in (("ECHO", 1), ("NO", "SUCH"), ("ECHO", 2))),
                return_exceptions=True,
            )
            return [*refused, await pipeline.execute("ECHO", 3)]

    first, *refused, last = asyncio.run(ask())
    assert (first, last) == (b"1", b"3")
    assert all(isinstance(error, BrokerUnreachable) for error in refused)


def test_who_comes_while_the_broker_is_silent_fails_with_those_before():
    async def ask(url: str) -> None:
        async with opened(url) as pipeline:
            early = asyncio.create_task(pipeline.execute("PING"))
            connection, _ = await asyncio.get_running_loop().sock_accept(silent)
            late = [asyncio.create_task(pipeline.execute("PING")) for _ in range(10)]
            for asking in (early, *late):
                with pytest.raises(BrokerUnreachable):
                    await asking
            connection.close()

    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.setblocking(False)  # noqa: FBT003 (the standard library's)
        began = time.monotonic()
        asyncio.run(ask(f"redis://127.0.0.1:{silent.getsockname()[1]}/0"))
    assert time.monotonic() - began < 2
