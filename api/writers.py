"""Places for requests that write: those that wait for a lock leave threads to those that only read."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from starlette.exceptions import HTTPException

from api.errors import TRY_AGAIN

#: How long a writer waits for its place. Waiting costs no thread, so a burst of some hundred is carried.
_PATIENCE: Final = timedelta(seconds=2)


class Writers:
    """A number of places, each for one request that writes."""

    def __init__(self, places: int) -> None:
        self._places = asyncio.Semaphore(places)

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Hold a place until the block ends.

        Raises:
            HTTPException: none came free in time.
        """
        try:
            async with asyncio.timeout(_PATIENCE.total_seconds()):
                await self._places.acquire()
        except TimeoutError:
            raise HTTPException(503, headers=TRY_AGAIN) from None
        try:
            yield
        finally:
            self._places.release()
