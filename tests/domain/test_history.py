from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events import Event, EventKind
from domain.history import Layer, Segment, layers_at, page, segments, spells
from tests.builders import HOUR, INSTANT, MINUTE, NINE, a_reserved_status, a_status
from tests.domain.histories import Diary, a_record, steps

#: Moments of the histories, which take place on the quarter hours of two days: on them, before and after.
moments = st.builds(
    lambda quarters, beside: NINE + quarters * 15 * MINUTE + beside,
    st.integers(0, 100),
    st.sampled_from([timedelta(0), INSTANT, -INSTANT + 15 * MINUTE]),
)
windows = (
    st.tuples(moments, moments)
    .filter(lambda pair: pair[0] != pair[1])
    .map(lambda pair: (min(pair), max(pair)))
)
lives = steps.map(lambda life: Diary().live(life))


@given(lives, moments)
def test_at_any_moment_it_is_what_a_reader_was_shown_then_or_will_be(diary: Diary, at: datetime):
    assert layers_at(spells(diary.present, diary.since(at)), at) == diary.shown_at(at)


@given(lives, windows)
def test_segments_show_at_each_moment_what_a_reader_was_shown(
    diary: Diary, window: tuple[datetime, datetime]
):
    start, end = window
    found = list(segments(spells(diary.present, diary.since(start)), start, end))
    for segment in found:
        last = segment.ends_at - INSTANT
        middle = segment.starts_at + (segment.ends_at - segment.starts_at) / 2
        for at in (segment.starts_at, middle, last):
            assert segment.layers == diary.shown_at(at)


@given(lives, windows)
def test_segments_have_no_gaps_and_no_overlaps_and_differ_from_their_neighbours(
    diary: Diary, window: tuple[datetime, datetime]
):
    start, end = window
    found = list(segments(spells(diary.present, diary.since(start)), start, end))
    assert (found[0].starts_at, found[-1].ends_at) == (start, end)
    assert all(segment.starts_at < segment.ends_at for segment in found)
    for earlier, later in pairwise(found):
        assert earlier.ends_at == later.starts_at
        assert earlier.layers != later.layers


@given(lives, moments)
def test_more_events_than_are_needed_change_nothing(diary: Diary, at: datetime):
    assert layers_at(spells(diary.present, diary.records), at) == diary.shown_at(at)


def test_a_leave_covers_and_what_it_covered_comes_back():
    home = Layer.of(a_status(id="home"))
    leave = Layer.of(a_reserved_status(id="leave"))
    assert list(segments(spells([home, leave], []), NINE, NINE + 3 * HOUR)) == [
        Segment(NINE, NINE + HOUR, (home,)),
        Segment(NINE + HOUR, NINE + 2 * HOUR, (leave, home)),
        Segment(NINE + 2 * HOUR, NINE + 3 * HOUR, (home,)),
    ]


def test_an_event_whose_status_is_unknown_is_passed_over():
    changed = a_record(Event(EventKind.CHANGED, a_status(id="gone"), before=None))
    assert spells([], [changed]) == []


@pytest.mark.parametrize(
    ("limit", "layers", "found", "has_more"),
    [
        (4, 99, 3, False),
        (3, 99, 3, False),
        (2, 99, 2, True),
        (3, 4, 3, False),
        (3, 3, 2, True),
        # A single segment is always told, however much it covers.
        (3, 1, 1, True),
        (3, 0, 1, True),
    ],
)
def test_a_page_has_so_many_segments_and_layers_at_most(limit: int, layers: int, found: int, has_more: bool):
    home, leave = Layer.of(a_status(id="home")), Layer.of(a_reserved_status(id="leave"))
    whole = list(segments(spells([home, leave], []), NINE, NINE + 3 * HOUR))
    assert page(whole, limit=limit, layers=layers) == (tuple(whole[:found]), has_more)
