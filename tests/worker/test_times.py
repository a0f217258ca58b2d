"""The times of beat, worker and store fit together (`docs/architecture.md`, "How it is on time")."""

from scheduler.agenda import LEAD, SWEEP
from store import due
from store.due import SPAN
from store.wakeup import LONGEST_SLEEP, POLL
from worker.drain import AHEAD, POLL_INTERVAL, RETRY, TURN


def test_a_worker_that_was_sent_ahead_reaches_the_end_of_its_span_within_its_turn():
    assert LEAD + SPAN < TURN


def test_while_a_worker_waits_for_a_locked_row_beat_sends_no_other():
    assert SWEEP >= SPAN


def test_a_worker_has_its_message_before_it_claims_rows():
    assert AHEAD < LEAD


def test_rows_are_claimed_no_longer_than_a_claim_may_wait():
    assert AHEAD < due.PATIENCE


def test_what_waits_for_an_earlier_transition_is_tried_often_within_a_span():
    assert 100 * RETRY < SPAN
    assert 10 * POLL_INTERVAL < SPAN


def test_what_is_lost_is_sent_again_before_a_wait_counts_as_stuck():
    assert SWEEP + SPAN + TURN < due.STUCK


def test_where_beat_polls_it_misses_no_moment_by_more_than_the_lead():
    assert POLL <= LEAD < LONGEST_SLEEP
