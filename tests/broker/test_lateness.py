from datetime import timedelta

import pytest
from redis import Redis

from broker.broker import Broker
from broker.lateness import LATENESS_BOUNDS, LatenessHistograms
from domain.events import EventKind

MILLISECOND = timedelta(milliseconds=1)


@pytest.fixture
def lateness(redis: Redis, broker_url: str) -> LatenessHistograms:
    """Return the histograms in an empty broker."""
    assert redis.dbsize() == 0
    return Broker(broker_url).lateness


def test_at_first_nothing_was_late(lateness: LatenessHistograms):
    assert lateness.by_kind() == {}


@pytest.mark.parametrize(
    ("late", "bucket"),
    [
        # A bound is inside its bucket (Prometheus: "le")…
        (timedelta(0), 0),
        (MILLISECOND, 0),
        (MILLISECOND + timedelta(microseconds=1), 1),
        (timedelta(hours=1), len(LATENESS_BOUNDS) - 1),
        # …and a lateness above all bounds is counted too.
        (timedelta(hours=1, microseconds=1), len(LATENESS_BOUNDS)),
    ],
)
def test_each_transition_is_counted_in_the_bucket_of_its_lateness(
    lateness: LatenessHistograms, late: timedelta, bucket: int
):
    lateness.count([(EventKind.PROMOTED, late)])
    counted = lateness.by_kind()["PROMOTED"].buckets
    assert [place for place, count in enumerate(counted) if count] == [bucket]
    assert sum(counted) == 1


def test_transitions_add_up_by_their_kind(lateness: LatenessHistograms):
    promoted = [(EventKind.PROMOTED, n * MILLISECOND) for n in range(1, 5)]
    lateness.count(promoted)
    lateness.count([*promoted, (EventKind.DISABLED, MILLISECOND)])
    lateness.count([])
    histograms = lateness.by_kind()
    assert {kind: sum(histogram.buckets) for kind, histogram in histograms.items()} == {
        "DISABLED": 1,
        "PROMOTED": 8,
    }
    assert histograms["PROMOTED"].sum_seconds == pytest.approx(0.02)


NO_COUNTS: list[str | bytes | int] = ["junk", b"\xff", "1.5", "-1", "inf", "nan", "9" * 400, 2**63 - 1]


@pytest.mark.parametrize("junk", NO_COUNTS)
def test_what_is_no_count_is_none(lateness: LatenessHistograms, redis: Redis, junk: str | bytes | int):
    redis.hset("presently:transitions", "PROMOTED:0", junk)
    redis.hset("presently:transitions", "PROMOTED:sum", junk)
    counted = lateness.by_kind()["PROMOTED"]
    assert 0 <= sum(counted.buckets) <= 2**63
    assert 0 <= counted.sum_seconds <= 2**63


@pytest.mark.parametrize("junk", ["junk", "1.5", "nan", "9" * 400, 2**63 - 1])
def test_where_no_count_can_be_added_to_counting_begins_anew(
    lateness: LatenessHistograms, redis: Redis, junk: str
):
    redis.hset("presently:transitions", "PROMOTED:0", junk)
    assert_counting_begins_anew(lateness)


def test_where_something_else_lies_in_the_place_of_the_counts_counting_begins_anew(
    lateness: LatenessHistograms, redis: Redis
):
    redis.set("presently:transitions", "junk")
    assert lateness.by_kind() == {}
    assert_counting_begins_anew(lateness)


def assert_counting_begins_anew(lateness: LatenessHistograms) -> None:
    lateness.count([(EventKind.PROMOTED, MILLISECOND)])
    (counted,) = lateness.by_kind().values()
    assert (sum(counted.buckets), counted.sum_seconds) == (1, 0.001)
