"""Signs of life, kept in the broker: who ticks, who works, and how late transitions were. All of it may be lost."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, cast

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from store.due import Transition

#: A sign of life fades after this long.
_FADES_AFTER: Final = timedelta(minutes=10)

#: Beat signs every second and a worker every two; well past that they are missing.
BEAT_MAY_BE_SILENT: Final = timedelta(seconds=5)
WORKER_MAY_BE_SILENT: Final = timedelta(seconds=10)

#: Upper bounds of the lateness histogram, in seconds.
LATENESS_BOUNDS: Final = (
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    5.0,
    10.0,
    60.0,
    3600.0,
)

_TIMEOUT_SECONDS: Final = 1.0
_COUNTS: Final = "presently:transitions"


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late the transitions of one kind were: how many in each bucket of `LATENESS_BOUNDS` and beyond."""

    buckets: tuple[int, ...]
    sum_seconds: float


class Pulse:
    """The signs of life in the broker at `url`.

    Every method raises `redis.exceptions.RedisError` when the broker cannot be reached.
    """

    def __init__(self, url: str) -> None:
        self._broker = Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=_TIMEOUT_SECONDS,
            socket_connect_timeout=_TIMEOUT_SECONDS,
            # Once more, for a connection that the broker's restart cut; the library's default goes on for seconds.
            retry=Retry(NoBackoff(), 1),
        )

    def sign(self, name: str) -> None:
        """Say that `name` (beat, or a worker) is alive now."""
        self._broker.set(f"presently:alive:{name}", "", px=_FADES_AFTER)

    def ages(self) -> dict[str, timedelta]:
        """Return how long ago each was last seen alive, by the broker's clock."""
        keys = sorted(self._broker.scan_iter(match="presently:alive:*", count=1000))
        with self._broker.pipeline(transaction=False) as asked:
            for key in keys:
                asked.pttl(key)
            left = asked.execute()
        return {
            key.removeprefix("presently:alive:"): _FADES_AFTER - timedelta(milliseconds=milliseconds)
            for key, milliseconds in zip(keys, left, strict=True)
            if milliseconds > 0
        }

    def ping(self) -> None:
        """Return when the broker answers."""
        self._broker.ping()

    def count(self, transitions: Iterable[Transition]) -> None:
        """Add these transitions to the histogram of their kind."""
        buckets: dict[str, int] = defaultdict(int)
        sums: dict[str, float] = defaultdict(float)
        for transition in transitions:
            seconds = transition.lateness.total_seconds()
            buckets[f"{transition.kind}:{bisect_left(LATENESS_BOUNDS, seconds)}"] += 1
            sums[f"{transition.kind}:sum"] += seconds
        with self._broker.pipeline(transaction=False) as counted:
            for field, count in buckets.items():
                counted.hincrby(_COUNTS, field, count)
            for field, seconds in sums.items():
                counted.hincrbyfloat(_COUNTS, field, seconds)
            counted.execute()

    def lateness(self) -> Mapping[str, Lateness]:
        """Return the histograms by kind of transition."""
        counted = cast("dict[str, str]", self._broker.hgetall(_COUNTS))
        kinds = sorted({field.split(":")[0] for field in counted})
        return {
            kind: Lateness(
                buckets=tuple(
                    int(counted.get(f"{kind}:{bucket}", 0)) for bucket in range(len(LATENESS_BOUNDS) + 1)
                ),
                sum_seconds=float(counted.get(f"{kind}:sum", 0)),
            )
            for kind in kinds
        }


BrokerUnreachable = RedisError
