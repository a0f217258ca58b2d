from datetime import datetime, timedelta

import pytest

from scheduler.agenda import LEAD, SWEEP, Agenda
from tests.builders import HOUR, INSTANT, NINE

TEN = NINE + HOUR
A_MOMENT = timedelta(milliseconds=100)


@pytest.mark.parametrize(
    ("due", "send_at"),
    [
        # A message was sent a little before ten, for all that is due until shortly after ten. A status that is due…
        (TEN, TEN + SWEEP),
        (TEN + A_MOMENT, TEN + A_MOMENT + SWEEP),
        (TEN + A_MOMENT + INSTANT, TEN + A_MOMENT + INSTANT - LEAD),
        # …and an overdue one waits for a whole sweep from then on.
        (NINE, TEN - LEAD + SWEEP),
    ],
)
def test_a_worker_is_sent_ahead_of_a_moment_and_again_when_that_is_long_past(
    due: datetime, send_at: datetime
):
    agenda = Agenda()

    agenda.sent(TEN - LEAD, until=TEN + A_MOMENT)

    assert agenda.send_at(due) == send_at


def test_nobody_was_sent_for_anything_at_first():
    agenda = Agenda()

    assert not agenda.covers(NINE)
    assert agenda.send_at(TEN) == TEN - LEAD


@pytest.mark.parametrize(
    ("announced", "covered"),
    [
        # With messages for two times, one and two instants after ten…
        (TEN, [False, False]),
        (TEN + INSTANT, [False, False]),
        (TEN + 2 * INSTANT, [True, False]),
        (TEN + 3 * INSTANT, [True, True]),
    ],
)
def test_what_is_announced_is_sent_for_anew_with_what_comes_after_it(
    announced: datetime, covered: list[bool]
):
    agenda = Agenda()
    agenda.sent(TEN, until=TEN + 2 * INSTANT)

    agenda.announced(announced)

    assert [agenda.covers(TEN + INSTANT), agenda.covers(TEN + 2 * INSTANT)] == covered


def test_an_announcement_before_anybody_was_sent_changes_nothing():
    agenda = Agenda()

    agenda.announced(TEN)

    assert agenda == Agenda()


def test_the_next_worker_is_sent_a_sweep_after_the_last():
    agenda = Agenda()
    agenda.sent(TEN - LEAD, until=TEN)

    agenda.sent(TEN + SWEEP, until=TEN)

    assert agenda.send_at(TEN) == TEN + 2 * SWEEP
