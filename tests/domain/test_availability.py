"""Who is away, against the rules of the timeline."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.availability import (
    NEVER,
    Layer,
    Span,
    availability,
    away_statuses,
    away_with,
    changes_at,
)
from domain.definitions import BUILT_IN, Definition
from domain.status import ScheduleType, Status
from domain.timeline import as_of
from tests.builders import DAY, HOUR, NINE, a_reserved_status, a_status

AWAY = frozenset({"ABSENCE"})


def layer(status: Status) -> Layer:
    return Layer(
        id=status.id,
        profile_status_id=status.profile_status_id,
        message=status.message,
        starts_at=status.starts_at,
        ends_at=status.ends_at,
        in_force_at=status.in_force_at,
        sequence=status.sequence,
        is_reserved=status.schedule_type is ScheduleType.RESERVED,
        replies=status.is_out_of_office,
    )


def statuses_strategy() -> st.SearchStrategy[list[Status]]:
    """Return a few statuses with windows of whole quarters of an hour, reserved or in force."""

    def build(entries: list[tuple[int, int, bool, str]]) -> list[Status]:
        found = []
        for number, (start, length, has_end, kind) in enumerate(entries):
            begins = NINE + start * QUARTER
            found.append(
                a_status(
                    id=f"uprofile-{number}",
                    profile_status_id=kind,
                    in_force_at=begins,
                    starts_at=begins if start > 0 else None,
                    ends_at=begins + length * QUARTER if has_end or start > 0 else None,
                    schedule_type=ScheduleType.RESERVED if start > 0 else ScheduleType.PRESENT,
                    sequence=number,
                )
            )
        return found

    entry = st.tuples(
        st.integers(-4, 12), st.integers(1, 8), st.booleans(), st.sampled_from(["ABSENCE", "BUSY", "AWAY"])
    )
    return st.lists(entry, max_size=5).map(build)


QUARTER = HOUR / 4


@given(statuses_strategy(), st.integers(0, 20))
def test_what_is_told_is_what_the_timeline_shows(statuses: list[Status], quarters: int):
    now = NINE + quarters * QUARTER
    timeline, told = as_of(statuses, now), availability([*map(layer, statuses)], AWAY, now)
    assert (told.shown and told.shown.id) == (timeline.shown and timeline.shown.id)
    assert (told.next and told.next.id) == (timeline.ahead[0].id if timeline.ahead else None)


@given(statuses_strategy(), st.integers(0, 20), st.integers(1, 20))
def test_somebody_is_away_in_a_span_if_at_any_moment_of_it(statuses: list[Status], start: int, quarters: int):
    moments = [NINE + (start + number) * QUARTER for number in range(quarters)]
    shown = [as_of(statuses, moment).shown for moment in moments]
    span = Span(moments[0], moments[-1] + QUARTER)
    absences = {status.id for status in shown if status is not None and status.profile_status_id == "ABSENCE"}
    layers = [*map(layer, statuses)]
    assert {one.id for one in away_with(layers, AWAY, span, NINE)} == absences


def test_of_many_absences_the_first_ten_are_told_in_order():
    starts = [NINE + number * HOUR for number in range(12)]
    many = [
        a_reserved_status(
            id=f"uprofile-{start:%H}", profile_status_id="ABSENCE", starts_at=start, ends_at=start + HOUR
        )
        for start in reversed(starts)
    ]
    told = away_with([*map(layer, many)], AWAY, Span(NINE, NINE + DAY), NINE)
    assert [one.in_force_at for one in told] == starts[:10]


@given(statuses_strategy(), st.integers(0, 20))
def test_nothing_changes_before_the_moment_that_is_told(statuses: list[Status], quarters: int):
    now = NINE + quarters * QUARTER
    layers = [*map(layer, statuses)]
    until = changes_at(layers, now)
    last = min(until, now + 30 * QUARTER) - timedelta(microseconds=1)
    before, after = availability(layers, AWAY, now), availability(layers, AWAY, max(now, last))
    assert before == after
    assert until == NEVER or until > now


@pytest.mark.parametrize(
    ("icon", "is_away"),
    [("VACATION", True), ("SICK_LEAVE", True), ("OFF", False), ("BUSINESS_TRIP", False), ("MEETING", False)],
)
def test_a_definition_means_away_by_its_icon(icon: str, is_away: bool):
    custom = Definition(profile_status_id="CUSTOM01", name="x", icon_type=icon, display_order=5)
    assert ("CUSTOM01" in away_statuses({**BUILT_IN, "CUSTOM01": custom})) is is_away
    assert "ABSENCE" in away_statuses({})
