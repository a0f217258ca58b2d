"""The public keys of an external issuer: fetched, cached, and fetched again when a token names a new one."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import structlog
from joserfc.jwk import Key

from domain.refusals import IssuerUnreachable, TokenForged
from security.discovery import fetch_keys
from security.fetching import NotFetched

_log: Final = structlog.get_logger("presently.issuer")

#: How long a key is still trusted after the issuer has withdrawn it.
_REFRESH_AFTER: Final = timedelta(minutes=10)
#: The same, while the issuer cannot be reached.
_TRUSTED_FOR: Final = timedelta(hours=24)

#: At most this many fetches within this time, however many unknown keys tokens name.
_FETCHES: Final = 3
_FETCHES_WITHIN: Final = timedelta(seconds=10)


class RemoteKeySet:
    """The keys of one issuer. `clock` returns seconds."""

    def __init__(self, issuer: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._issuer = issuer
        self._clock = clock
        self._keys: dict[str | None, Key] = {}
        self._fetched_at = -_TRUSTED_FOR.total_seconds()
        self._tried_at = self._fetched_at
        self._fetches: deque[float] = deque(maxlen=_FETCHES)
        self._refreshing = asyncio.Lock()

    async def find(self, key_id: str | None) -> Key:
        """Return the key with this id. Without an id it is the issuer's only key.

        Raises:
            TokenForged: the issuer has no such key.
            IssuerUnreachable: its keys cannot be fetched.
        """
        if self._is_refresh_due(key_id):
            async with self._refreshing:
                await self._refresh(key_id)
        if not self._are_trusted():
            raise IssuerUnreachable
        if key_id is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        if key_id not in self._keys:
            raise TokenForged
        return self._keys[key_id]

    def _are_trusted(self) -> bool:
        return bool(self._keys) and self._clock() - self._fetched_at < _TRUSTED_FOR.total_seconds()

    def _is_refresh_due(self, key_id: str | None) -> bool:
        is_unknown = key_id is not None and key_id not in self._keys
        is_old = self._clock() - self._tried_at >= _REFRESH_AFTER.total_seconds()
        return is_unknown or is_old or not self._are_trusted()

    async def _refresh(self, key_id: str | None) -> None:
        """Fetch the keys, unless another request just did, or there were too many fetches."""
        if not self._is_refresh_due(key_id) or self._is_rate_limited():
            return
        self._tried_at = self._clock()
        self._fetches.append(self._tried_at)
        try:
            keys = await fetch_keys(self._issuer)
        except NotFetched as reason:
            _log.warning("The keys of the issuer cannot be fetched.", issuer=self._issuer, reason=str(reason))
            return
        self._keys, self._fetched_at = keys, self._tried_at
        _log.info("The keys of the issuer were fetched.", issuer=self._issuer, keys=len(keys))

    def _is_rate_limited(self) -> bool:
        oldest = self._fetches[0] if len(self._fetches) == _FETCHES else None
        return oldest is not None and self._clock() - oldest < _FETCHES_WITHIN.total_seconds()
