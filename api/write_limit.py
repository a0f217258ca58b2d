"""Limits how many requests write at once, so that writers that wait for a lock leave threads to readers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from starlette.exceptions import HTTPException

from api.errors import STORE_IS_BUSY, TRY_AGAIN

#: How long a writer waits for a slot. Waiting uses no thread, so a burst of a few hundred requests gets through.
_PATIENCE: Final = timedelta(seconds=2)


class WriteLimit:
    """A semaphore for requests that write."""

    def __init__(self, slots: int) -> None:
        self._slots = asyncio.Semaphore(slots)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Take a slot until the block ends.

        Raises:
            HTTPException: no slot became free in time.
        """
        try:
            async with asyncio.timeout(_PATIENCE.total_seconds()):
                await self._slots.acquire()
        except TimeoutError:
            raise HTTPException(503, STORE_IS_BUSY, TRY_AGAIN) from None
        try:
            yield
        finally:
            self._slots.release()
