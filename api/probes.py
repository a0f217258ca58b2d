"""Separate threads for health checks and metrics, which answer even if every other thread waits for the store."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Annotated, Final, TypeVar

from fastapi import Depends, Request
from sqlalchemy.exc import SQLAlchemyError

from broker.connection import BrokerUnreachable

#: How long a probe waits for a part before it reports it as unreachable. Prometheus waits for ten seconds.
_PATIENCE: Final = timedelta(seconds=3)

#: How many probes query the store at once; each has a connection of its own.
STORE_PROBES_AT_ONCE: Final = 2

Answer = TypeVar("Answer")


class Probes:
    """Queries store and broker with a timeout."""

    def __init__(self) -> None:
        self._store = ThreadPoolExecutor(STORE_PROBES_AT_ONCE, thread_name_prefix="store probe")
        self._broker = ThreadPoolExecutor(2, thread_name_prefix="broker probe")

    async def ask_store(self, question: Callable[[], Answer]) -> Answer | None:
        """Run `question` against the store; return None if the store cannot be reached in time."""
        return await _ask(self._store, question)

    async def ask_broker(self, question: Callable[[], Answer]) -> Answer | None:
        """Run `question` against the broker; return None if the broker cannot be reached in time."""
        return await _ask(self._broker, question)

    def close(self) -> None:
        """Shut the threads down, and cancel what waits for them."""
        for threads in (self._store, self._broker):
            threads.shutdown(wait=False, cancel_futures=True)


async def _ask(threads: ThreadPoolExecutor, question: Callable[[], Answer]) -> Answer | None:
    asked = asyncio.get_running_loop().run_in_executor(threads, question)
    try:
        return await asyncio.wait_for(asked, _PATIENCE.total_seconds())
    except (TimeoutError, SQLAlchemyError, BrokerUnreachable):
        return None


def _probes(request: Request) -> Probes:
    probes: Probes = request.app.state.probes
    return probes


TheProbes = Annotated[Probes, Depends(_probes)]
