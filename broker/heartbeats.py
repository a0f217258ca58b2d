"""Heartbeats: when beat and each worker were last seen alive."""

from datetime import timedelta
from typing import Final

from redis import Redis

#: A heartbeat expires after this time.
_EXPIRES_AFTER: Final = timedelta(minutes=10)

#: Beat sends a heartbeat every second and a worker every two; after these times they count as missing.
BEAT_MAY_BE_SILENT: Final = timedelta(seconds=5)
WORKER_MAY_BE_SILENT: Final = timedelta(seconds=10)


class Heartbeats:
    """The last heartbeat of each process."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def record(self, name: str) -> None:
        """Record a heartbeat of `name` (beat, or a worker)."""
        self._redis.set(f"presently:alive:{name}", "", px=_EXPIRES_AFTER)

    def ages(self) -> dict[str, timedelta]:
        """Return the age of each last heartbeat, by the broker's clock."""
        keys = sorted(self._redis.scan_iter(match="presently:alive:*", count=1000))
        with self._redis.pipeline(transaction=False) as asked:
            for key in keys:
                asked.pttl(key)
            left = asked.execute()
        return {
            key.removeprefix("presently:alive:"): _EXPIRES_AFTER - timedelta(milliseconds=milliseconds)
            for key, milliseconds in zip(keys, left, strict=True)
            if 0 < milliseconds <= _EXPIRES_AFTER / timedelta(milliseconds=1)
        }
