"""Limits how many requests write at once, so that writers that wait for a lock leave threads to readers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from starlette.exceptions import HTTPException

from api.errors import STORE_IS_BUSY, TRY_AGAIN

#: How long a writer waits for a place. Waiting uses no thread, so a burst of a few hundred requests gets through.
_PATIENCE: Final = timedelta(seconds=2)


class Writers:
    """A semaphore for requests that write."""

    def __init__(self, places: int) -> None:
        self._places = asyncio.Semaphore(places)

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Take a place until the block ends.

        Raises:
            HTTPException: no place became free in time.
        """
        try:
            async with asyncio.timeout(_PATIENCE.total_seconds()):
                await self._places.acquire()
        except TimeoutError:
            raise HTTPException(503, STORE_IS_BUSY, TRY_AGAIN) from None
        try:
            yield
        finally:
            self._places.release()
