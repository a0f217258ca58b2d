"""The public keys of an outside issuer: discovered, cached, and fetched again when a token names a new one."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

import structlog
from fastapi.concurrency import run_in_threadpool
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, JWKRegistry, Key, OKPKey, RSAKey

from api.auth import fetching
from domain.refusals import IssuerUnreachable, TokenForged

_log: Final = structlog.get_logger("presently.issuer")

#: The signature algorithms: only those with public keys, so that no public key can serve as a shared secret.
ALGORITHMS: Final = ("RS256", "PS256", "ES256", "ES384", "Ed25519")

#: In bits. NIST SP 800-131A disallows shorter RSA keys.
_SHORTEST_RSA_KEY: Final = 2048

#: How long a key is still trusted after the issuer has withdrawn it.
_REFRESH_AFTER: Final = timedelta(minutes=10)
#: The same, while the issuer cannot be reached.
_KEEP_FOR: Final = timedelta(hours=24)

#: At most this many fetches within this time, however many unknown keys tokens name.
_FETCHES: Final = 3
_FETCHES_WITHIN: Final = timedelta(seconds=10)


class PublishedKeys:
    """The keys of one issuer. `clock` returns seconds."""

    def __init__(self, issuer: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._issuer = issuer
        self._clock = clock
        self._keys: dict[str | None, Key] = {}
        self._fetched_at = -_KEEP_FOR.total_seconds()
        self._looked_at = self._fetched_at
        self._fetches: deque[float] = deque(maxlen=_FETCHES)
        self._turn = asyncio.Lock()

    async def find(self, key_id: str | None) -> Key:
        """Return the key with this id. Without an id it is the issuer's only key.

        Raises:
            TokenForged: the issuer has no such key.
            IssuerUnreachable: its keys cannot be fetched.
        """
        if self._is_wanting(key_id) or self._is_time_to_look():
            async with self._turn:
                await self._look(key_id)
        if not self._are_good():
            raise IssuerUnreachable
        if key_id is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        if key_id not in self._keys:
            raise TokenForged
        return self._keys[key_id]

    def _are_good(self) -> bool:
        return bool(self._keys) and self._clock() - self._fetched_at < _KEEP_FOR.total_seconds()

    def _is_wanting(self, key_id: str | None) -> bool:
        return not self._are_good() or (key_id is not None and key_id not in self._keys)

    def _is_time_to_look(self) -> bool:
        return self._clock() - self._looked_at >= _REFRESH_AFTER.total_seconds()

    async def _look(self, key_id: str | None) -> None:
        """Fetch the keys, unless another request just did, or there were too many fetches."""
        if not (self._is_wanting(key_id) or self._is_time_to_look()) or self._is_too_often():
            return
        self._looked_at = self._clock()
        self._fetches.append(self._looked_at)
        try:
            keys = await run_in_threadpool(_fetch, self._issuer)
        except fetching.NotFetched as reason:
            _log.warning("The keys of the issuer cannot be fetched.", issuer=self._issuer, reason=str(reason))
            return
        self._keys, self._fetched_at = keys, self._looked_at
        _log.info("The keys of the issuer were fetched.", issuer=self._issuer, keys=len(keys))

    def _is_too_often(self) -> bool:
        oldest = self._fetches[0] if len(self._fetches) == _FETCHES else None
        return oldest is not None and self._clock() - oldest < _FETCHES_WITHIN.total_seconds()


def _fetch(issuer: str) -> dict[str | None, Key]:
    """Fetch the issuer's keys, by id.

    Raises:
        NotFetched: they cannot be fetched, or none is usable.
    """
    published = fetching.json_object(_metadata(issuer).get("jwks_uri"))
    written = published.get("keys")
    keys = {key.kid: key for key in _usable(written if isinstance(written, list) else [])}
    if not keys:
        raise fetching.NotFetched("None of the keys is usable.")
    return keys


def _metadata(issuer: str) -> dict[str, Any]:
    """Fetch the metadata of the issuer (OpenID Connect Discovery §4, else RFC 8414 §3)."""
    wrong: Exception | None = None
    for url in fetching.metadata_urls(issuer):
        try:
            metadata = fetching.json_object(url)
        except fetching.NotFetched as reason:
            wrong = wrong or reason
            continue
        if metadata.get("issuer") != issuer:
            raise fetching.NotFetched(
                f"{url} names another issuer; PRESENTLY_ISSUER must be exactly the name there."
            )
        return metadata
    raise wrong or fetching.NotFetched("It publishes no metadata.")


def _usable(written: list[Any]) -> Iterator[Key]:
    """Yield the keys that may sign tokens. A set may contain keys for other purposes (RFC 7517 §5)."""
    for parameters in written:
        try:
            key = JWKRegistry.import_key(parameters)
        except (JoseError, SecurityWarning, ValueError, TypeError, KeyError, AttributeError):
            continue
        if key.get("use", "sig") == "sig" and not key.is_private and _is_strong(key):
            key.ensure_kid()
            yield key


def _is_strong(key: Key) -> bool:
    match key:
        case RSAKey():
            return key.public_key.key_size >= _SHORTEST_RSA_KEY
        case ECKey() | OKPKey():
            return True
        case _:
            return False
