from datetime import timedelta

from freezegun import freeze_time

from broker.circuit_breaker import CircuitBreaker
from tests.builders import NINE

SECOND = timedelta(seconds=1)


def test_while_nothing_fails_every_call_is_allowed():
    breaker = CircuitBreaker()
    assert not breaker.record_success()
    assert [breaker.allows_call() for _ in range(3)] == [True] * 3
    assert not breaker.is_open


def test_after_a_failure_one_call_at_a_time_tries_again():
    with freeze_time(NINE) as clock:
        breaker = CircuitBreaker()
        assert breaker.record_failure()
        assert breaker.is_open
        assert [breaker.allows_call() for _ in range(3)] == [False] * 3
        clock.tick(2 * SECOND)
        assert [breaker.allows_call() for _ in range(3)] == [True, False, False]
        assert breaker.is_open


def test_a_second_failure_opens_nothing_anew_and_is_waited_out_too():
    with freeze_time(NINE) as clock:
        breaker = CircuitBreaker()
        breaker.record_failure()
        clock.tick(2 * SECOND)
        assert breaker.allows_call()
        clock.tick(SECOND)
        assert not breaker.record_failure()
        clock.tick(2 * SECOND - timedelta(microseconds=1))
        assert not breaker.allows_call()
        clock.tick(timedelta(microseconds=1))
        assert breaker.allows_call()


def test_a_call_that_never_reports_keeps_nobody_from_trying_again():
    with freeze_time(NINE) as clock:
        breaker = CircuitBreaker()
        breaker.record_failure()
        for _ in range(2):
            clock.tick(2 * SECOND)
            assert breaker.allows_call()


def test_a_success_closes_it_for_everybody():
    with freeze_time(NINE) as clock:
        breaker = CircuitBreaker()
        breaker.record_failure()
        clock.tick(2 * SECOND)
        assert breaker.allows_call()
        assert breaker.record_success()
        assert not breaker.is_open
        assert [breaker.allows_call() for _ in range(3)] == [True] * 3
