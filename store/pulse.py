"""Signs of life of beat and workers, and the lateness histogram, kept in the broker. All of it may be lost."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, cast

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry

from store.due import Transition

#: A sign of life expires after this time.
_FADES_AFTER: Final = timedelta(minutes=10)

#: Beat sends a sign every second and a worker every two; after these times they count as missing.
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
#: It expires at once: only whether the broker accepts it counts.
_TRIAL: Final = "presently:trial"
_TRIAL_LIVES: Final = timedelta(milliseconds=1)
#: Error messages of Redis and Valkey if our key holds something other than our counters.
_REFUSES_FOR_ITS_TYPE: Final = (
    "wrong kind of value",
    "is not an integer",
    "is not a float",
    "would overflow",
    "would produce NaN or Infinity",
)
_BROKERS_LARGEST: Final = 2**63


@dataclass(frozen=True, slots=True)
class Lateness:
    """The lateness of one kind of transition: counts for each bucket of `LATENESS_BOUNDS`, and beyond the last."""

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
            encoding_errors="replace",  # the scan also meets keys of others
            socket_timeout=_TIMEOUT_SECONDS,
            socket_connect_timeout=_TIMEOUT_SECONDS,
            # One retry, for a connection lost when the broker restarted; the library's default retries for seconds.
            retry=Retry(NoBackoff(), 1),
        )

    def sign(self, name: str) -> None:
        """Record a sign of life of `name` (beat, or a worker)."""
        self._broker.set(f"presently:alive:{name}", "", px=_FADES_AFTER)

    def ages(self) -> dict[str, timedelta]:
        """Return the age of each last sign of life, by the broker's clock."""
        keys = sorted(self._broker.scan_iter(match="presently:alive:*", count=1000))
        with self._broker.pipeline(transaction=False) as asked:
            for key in keys:
                asked.pttl(key)
            left = asked.execute()
        return {
            key.removeprefix("presently:alive:"): _FADES_AFTER - timedelta(milliseconds=milliseconds)
            for key, milliseconds in zip(keys, left, strict=True)
            if 0 < milliseconds <= _FADES_AFTER / timedelta(milliseconds=1)
        }

    def ping(self) -> None:
        """Check that the broker answers."""
        self._broker.ping()

    def require_writes(self) -> None:
        """Check that the broker accepts a write.

        It tries one rather than read `INFO`: there are more reasons for a refusal than figures in `INFO`.

        Raises:
            BrokerTakesNoWrites: it answers, but refuses: its memory or its disk is full, or it is a replica.
        """
        self._broker.set(_TRIAL, "", px=_TRIAL_LIVES)

    def count(self, transitions: Iterable[Transition]) -> None:
        """Add transitions to the histogram of their kind; if its key holds something else, start a new histogram."""
        counted = tuple(transitions)
        try:
            self._add(counted)
        except ResponseError as error:
            if not _is_of_another_type(error):
                raise
            self._broker.delete(_COUNTS)
            self._add(counted)

    def _add(self, transitions: Iterable[Transition]) -> None:
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
        """Return the histograms by kind of transition; invalid values count as 0."""
        counted = self._counts()
        kinds = sorted({field.split(":")[0] for field in counted})
        return {
            kind: Lateness(
                buckets=tuple(
                    int(_number(counted.get(f"{kind}:{bucket}")))
                    for bucket in range(len(LATENESS_BOUNDS) + 1)
                ),
                sum_seconds=_number(counted.get(f"{kind}:sum")),
            )
            for kind in kinds
        }

    def _counts(self) -> dict[str, str]:
        try:
            return cast("dict[str, str]", self._broker.hgetall(_COUNTS))
        except ResponseError as error:
            if _is_of_another_type(error):
                return {}
            raise


def _is_of_another_type(error: ResponseError) -> bool:
    """Return whether the broker refused because the key holds something other than our counters."""
    return any(words in str(error) for words in _REFUSES_FOR_ITS_TYPE)


def _number(text: str | None) -> float:
    try:
        number = float(text or 0)
    except ValueError:
        return 0
    return number if 0 <= number < _BROKERS_LARGEST else 0


BrokerUnreachable = RedisError
BrokerTakesNoWrites = ResponseError
