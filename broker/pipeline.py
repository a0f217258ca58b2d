"""A pipeline to the broker for the commands of an event loop."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from redis import RedisError
from redis import TimeoutError as RedisTimeoutError
from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

#: Short, since requests wait for it.
_TIMEOUT_SECONDS: Final = 0.5


class _Command(NamedTuple):
    arguments: tuple[str | int, ...]
    answer: asyncio.Future[Any]


class Pipeline:
    """One connection to the broker at `url`, which all tasks of one event loop share.

    Commands that are given while others are on their way wait, and are sent together in one write.
    """

    def __init__(self, url: str) -> None:
        pool = ConnectionPool.from_url(url, socket_timeout=None, retry=Retry(NoBackoff(), 0))
        self._connection = pool.make_connection()  # type: ignore[no-untyped-call] # as in the library
        # One retry, for a connection that was lost when the broker restarted.
        self._retry = Retry(NoBackoff(), 1)
        self._waiting: list[_Command] = []
        self._sending: asyncio.Task[None] | None = None

    async def execute(self, *arguments: str | int) -> Any:
        """Send a command, and return its answer.

        Raises:
            BrokerUnreachable: this command, or one that was sent with it, got no answer or was refused.
        """
        loop = asyncio.get_running_loop()
        command = _Command(arguments, loop.create_future())
        self._waiting.append(command)
        if self._sending is None or self._sending.done():
            self._sending = loop.create_task(self._send_waiting())
        return await command.answer

    async def close(self) -> None:
        """Close the connection."""
        if self._sending:
            self._sending.cancel()
        await self._connection.disconnect()

    async def _send_waiting(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                await self._send(batch)
            except Exception as error:  # noqa: BLE001 (those who wait get it)
                # Whoever came meanwhile would only wait for the same failure.
                failed, self._waiting = [*batch, *self._waiting], []
                _fail(failed, error)

    async def _send(self, batch: Sequence[_Command]) -> None:
        try:
            await self._retry.call_with_retry(lambda: self._exchange(batch), self._disconnect)
        except RedisError as error:
            # Answers may be on their way that nobody waits for any more.
            await self._disconnect(error)
            raise

    async def _exchange(self, batch: Sequence[_Command]) -> None:
        """Send the commands that have no answer yet, and receive their answers."""
        unanswered = [command for command in batch if not command.answer.done()]
        packed = self._connection.pack_commands(command.arguments for command in unanswered)
        try:
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                await self._connection.send_packed_command(packed)
                for command in unanswered:
                    answer = await self._connection.read_response()
                    if not command.answer.done():  # its request may have been cancelled
                        command.answer.set_result(answer)
        except TimeoutError as error:
            raise RedisTimeoutError(str(error)) from error

    async def _disconnect(self, _: Exception) -> None:
        await self._connection.disconnect(nowait=True)


def _fail(commands: Sequence[_Command], error: Exception) -> None:
    for command in commands:
        if not command.answer.done():
            command.answer.set_exception(error)
