"""Verifies tokens of one type, and remembers those verified: clients send the same token again and again."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from threading import Lock
from typing import Final, Generic, TypeVar

from cachetools import LRUCache
from joserfc.jwk import ECKey

from security import jwt
from security.jwt import ClaimsT, ValidityPeriod
from security.signing_keys import KeyRing

#: How many verified tokens are remembered, those used last; about 1 KB each.
MAX_REMEMBERED: Final = 4096

ContentT = TypeVar("ContentT")


class TokenVerifier(Generic[ClaimsT, ContentT]):
    """Verifies tokens of the type `typ`; `build` makes their content of their claims.

    A token is remembered by its SHA-256 digest, as long as the keys of the ring stay the same. Its validity period is
    checked each time. A token that is refused is not remembered.
    """

    def __init__(
        self, ring: KeyRing, typ: str, model: type[ClaimsT], build: Callable[[ClaimsT], ContentT]
    ) -> None:
        self._ring = ring
        self._typ = typ
        self._model = model
        self._build = build
        self._lock = Lock()
        self._keys = ring.current()
        self._verified: LRUCache[bytes, tuple[ValidityPeriod, ContentT]] = LRUCache(MAX_REMEMBERED)

    def verify(self, token: str, now: datetime) -> ContentT:
        """Verify `token` and return its content.

        Raises:
            TokenMalformed: it is not a token of this type.
            TokenForged: its signature is invalid.
            TokenExpired: it has expired.
            TokenNotYetValid: its `nbf` or `iat` is in the future.
        """
        keys = self._ring.current()
        digest = sha256(token.encode(errors="surrogatepass")).digest()
        if remembered := self._recall(digest, keys):
            period, content = remembered
            period.check(now)
            return content
        claims = jwt.verify(token, keys, self._typ, self._model)
        period = ValidityPeriod.of(claims)
        period.check(now)
        content = self._build(claims)
        self._remember(digest, keys, (period, content))
        return content

    def _recall(self, digest: bytes, keys: tuple[ECKey, ...]) -> tuple[ValidityPeriod, ContentT] | None:
        with self._lock:
            if keys is not self._keys:
                self._verified.clear()
                self._keys = keys
            return self._verified.get(digest)

    def _remember(
        self, digest: bytes, keys: tuple[ECKey, ...], verified: tuple[ValidityPeriod, ContentT]
    ) -> None:
        with self._lock:
            if keys is self._keys:
                self._verified[digest] = verified
