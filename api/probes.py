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

Result = TypeVar("Result")


class Probes:
    """Queries store and broker with a timeout."""

    def __init__(self) -> None:
        self._store = ThreadPoolExecutor(STORE_PROBES_AT_ONCE, thread_name_prefix="store probe")
        self._broker = ThreadPoolExecutor(2, thread_name_prefix="broker probe")

    async def query_store(self, query: Callable[[], Result]) -> Result | None:
        """Run `query` against the store; return None if the store cannot be reached in time."""
        return await _run(self._store, query)

    async def query_broker(self, query: Callable[[], Result]) -> Result | None:
        """Run `query` against the broker; return None if the broker cannot be reached in time."""
        return await _run(self._broker, query)

    def close(self) -> None:
        """Shut the threads down, and cancel what waits for them."""
        for threads in (self._store, self._broker):
            threads.shutdown(wait=False, cancel_futures=True)


async def _run(threads: ThreadPoolExecutor, query: Callable[[], Result]) -> Result | None:
    future = asyncio.get_running_loop().run_in_executor(threads, query)
    try:
        return await asyncio.wait_for(future, _PATIENCE.total_seconds())
    except (TimeoutError, SQLAlchemyError, BrokerUnreachable):
        return None


def _probes(request: Request) -> Probes:
    probes: Probes = request.app.state.probes
    return probes


TheProbes = Annotated[Probes, Depends(_probes)]
