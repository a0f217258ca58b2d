from collections.abc import Iterator
from datetime import timedelta

import pytest
from redis import Redis

from domain.events import EventKind
from store.due import Transition
from store.pulse import LATENESS_BOUNDS, BrokerUnreachable, Pulse

MILLISECOND = timedelta(milliseconds=1)


@pytest.fixture
def broker(broker_url: str) -> Iterator[Redis]:
    """Give a client of an empty broker."""
    with Redis.from_url(broker_url) as client:
        client.flushdb()
        yield client


@pytest.fixture
def pulse(broker: Redis, broker_url: str) -> Pulse:
    """Return the heartbeats in that broker."""
    assert broker.dbsize() == 0
    return Pulse(broker_url)


def test_at_first_there_are_no_heartbeats(pulse: Pulse):
    assert pulse.ages() == {}
    assert pulse.lateness() == {}


def test_a_new_heartbeat_is_of_just_now(pulse: Pulse):
    pulse.sign("beat")
    pulse.sign("worker:one")
    ages = pulse.ages()
    assert sorted(ages) == ["beat", "worker:one"]
    assert all(timedelta(0) <= age < timedelta(seconds=30) for age in ages.values())


def test_a_sign_fades(pulse: Pulse, broker: Redis):
    pulse.sign("beat")
    broker.pexpire("presently:alive:beat", timedelta(minutes=9))
    assert timedelta(minutes=1) <= pulse.ages()["beat"] < timedelta(minutes=2)
    broker.delete("presently:alive:beat")
    assert pulse.ages() == {}


@pytest.mark.parametrize(
    ("lateness", "bucket"),
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
    pulse: Pulse, lateness: timedelta, bucket: int
):
    pulse.count([Transition("uprofile-1", EventKind.PROMOTED, lateness)])
    counted = pulse.lateness()["PROMOTED"].buckets
    assert [place for place, count in enumerate(counted) if count] == [bucket]
    assert sum(counted) == 1


def test_transitions_add_up_by_their_kind(pulse: Pulse):
    promoted = [Transition(f"uprofile-{n}", EventKind.PROMOTED, n * MILLISECOND) for n in range(1, 5)]
    pulse.count(promoted)
    pulse.count([*promoted, Transition("uprofile-9", EventKind.DISABLED, MILLISECOND)])
    pulse.count([])
    histograms = pulse.lateness()
    assert {kind: sum(histogram.buckets) for kind, histogram in histograms.items()} == {
        "DISABLED": 1,
        "PROMOTED": 8,
    }
    assert histograms["PROMOTED"].sum_seconds == pytest.approx(0.02)


def test_a_broker_that_is_there_answers(pulse: Pulse):
    pulse.ping()


def test_a_broker_that_is_gone_is_told_at_once():
    gone = Pulse("redis://127.0.0.1:1/0")
    for ask in (gone.ping, gone.ages, gone.lateness, lambda: gone.sign("beat")):
        with pytest.raises(BrokerUnreachable):
            ask()


NO_COUNTS: list[str | bytes | int] = ["junk", b"\xff", "1.5", "-1", "inf", "nan", "9" * 400, 2**63 - 1]


@pytest.mark.parametrize("junk", NO_COUNTS)
def test_what_is_no_count_is_none(pulse: Pulse, broker: Redis, junk: str | bytes | int):
    broker.hset("presently:transitions", "PROMOTED:0", junk)
    broker.hset("presently:transitions", "PROMOTED:sum", junk)
    counted = pulse.lateness()["PROMOTED"]
    assert 0 <= sum(counted.buckets) <= 2**63
    assert 0 <= counted.sum_seconds <= 2**63


@pytest.mark.parametrize("junk", ["junk", "1.5", "nan", "9" * 400, 2**63 - 1])
def test_where_no_count_can_be_added_to_counting_begins_anew(pulse: Pulse, broker: Redis, junk: str):
    broker.hset("presently:transitions", "PROMOTED:0", junk)
    assert_counting_begins_anew(pulse)


def test_where_something_else_lies_in_the_place_of_the_counts_counting_begins_anew(
    pulse: Pulse, broker: Redis
):
    broker.set("presently:transitions", "junk")
    assert pulse.lateness() == {}
    assert_counting_begins_anew(pulse)


def assert_counting_begins_anew(pulse: Pulse) -> None:
    pulse.count([Transition("x", EventKind.PROMOTED, MILLISECOND)])
    (counted,) = pulse.lateness().values()
    assert (sum(counted.buckets), counted.sum_seconds) == (1, 0.001)


def test_foreign_keys_hide_no_heartbeats(pulse: Pulse, broker: Redis):
    for name in (b"\xff", b"endless"):
        broker.lpush(b"presently:alive:" + name, 1)
    broker.set("presently:alive:long", "", px=2**60)
    broker.hset("presently:alive:beat", "a", "b")
    pulse.sign("beat")
    assert list(pulse.ages()) == ["beat"]
