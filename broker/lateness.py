"""Histograms of lateness: how late transitions were carried out, for `/metrics`."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, cast

from redis import Redis
from redis.exceptions import ResponseError

#: Upper bounds of the buckets, in seconds.
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

_KEY: Final = "presently:transitions"
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
class LatenessHistogram:
    """The lateness of one kind of transition: counts for each bucket of `LATENESS_BOUNDS`, and beyond the last."""

    buckets: tuple[int, ...]
    sum_seconds: float


class LatenessHistograms:
    """One histogram for each kind of transition."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def count(self, transitions: Iterable[tuple[str, timedelta]]) -> None:
        """Add transitions, each a kind and its lateness; if the key holds something else, start new histograms."""
        counted = tuple(transitions)
        try:
            self._add(counted)
        except ResponseError as error:
            if not _is_of_another_type(error):
                raise
            self._redis.delete(_KEY)
            self._add(counted)

    def _add(self, transitions: Iterable[tuple[str, timedelta]]) -> None:
        buckets: dict[str, int] = defaultdict(int)
        sums: dict[str, float] = defaultdict(float)
        for kind, lateness in transitions:
            seconds = lateness.total_seconds()
            buckets[f"{kind}:{bisect_left(LATENESS_BOUNDS, seconds)}"] += 1
            sums[f"{kind}:sum"] += seconds
        with self._redis.pipeline(transaction=False) as counted:
            for field, count in buckets.items():
                counted.hincrby(_KEY, field, count)
            for field, seconds in sums.items():
                counted.hincrbyfloat(_KEY, field, seconds)
            counted.execute()

    def by_kind(self) -> Mapping[str, LatenessHistogram]:
        """Return the histograms by kind of transition; invalid values count as 0."""
        counted = self._counts()
        kinds = sorted({field.split(":")[0] for field in counted})
        return {
            kind: LatenessHistogram(
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
            return cast("dict[str, str]", self._redis.hgetall(_KEY))
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
