from datetime import datetime, timedelta

import pytest

from domain.window import Window
from tests.builders import DAY, HOUR, INSTANT, NINE, SEOUL

NAIVE = datetime(2026, 3, 16, 9)


@pytest.mark.parametrize(
    ("at", "is_ahead", "holds", "is_over"),
    [
        # A window from nine to ten, looked at…
        (NINE - INSTANT, True, False, False),
        (NINE, False, True, False),
        (NINE + HOUR - INSTANT, False, True, False),
        (NINE + HOUR, False, False, True),
    ],
)
def test_a_window_is_half_open(at: datetime, is_ahead: bool, holds: bool, is_over: bool):
    window = Window(NINE, NINE + HOUR)
    assert (window.is_ahead(at), window.holds(at), window.is_over(at)) == (is_ahead, holds, is_over)


def test_a_window_without_an_end_is_never_over():
    assert Window(NINE).holds(NINE + 36_500 * DAY)


@pytest.mark.parametrize("ends_at", [NINE, NINE - INSTANT, (NINE - INSTANT).astimezone(SEOUL)])
def test_a_window_must_end_after_it_starts(ends_at: datetime):
    with pytest.raises(ValueError, match="must end after it starts"):
        Window(NINE, ends_at)


def test_a_window_may_be_as_short_as_an_instant():
    assert Window(NINE, NINE + INSTANT).holds(NINE)


@pytest.mark.parametrize(
    ("starts_at", "ends_at"), [(NAIVE, None), (NAIVE, NINE + HOUR), (NINE, NAIVE + HOUR)]
)
def test_a_window_needs_moments_with_a_zone(starts_at: datetime, ends_at: datetime | None):
    with pytest.raises(ValueError, match="with a zone"):
        Window(starts_at, ends_at)


def test_windows_go_by_the_moment_and_not_by_its_spelling():
    in_seoul = Window(NINE.astimezone(SEOUL), (NINE + HOUR).astimezone(SEOUL))
    assert in_seoul == Window(NINE, NINE + HOUR)
    assert in_seoul.holds(NINE + timedelta(minutes=59))
