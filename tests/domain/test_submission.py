"""A submitted out-of-office form: which replies and dates it changes, and which it cannot have."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.auto_reply import Audience
from domain.moments import at_wall_clock, wall_clock
from domain.out_of_office import NEVER_SET, OutOfOffice, State, Text, view
from domain.refusals import TextTooLong, WindowIsEmpty
from domain.submission import Submission
from domain.timeline import as_of
from domain.unchanged import UNCHANGED
from tests.builders import MINUTE, NINE, an_out_of_office
from tests.domain.strategies import Person, absent, persons, spans

VIENNA = "Europe/Vienna"
SECOND = timedelta(seconds=1)
OLD, NEW = Text(html="<p>Away</p>", subject="Gone"), Text(html="<p>Back</p>")
CURRENT = OutOfOffice(internal=OLD, external=OLD, audience=Audience.ALL)
PICTURE = '<img src="data:image/png;base64,' + "A" * 400 + '">'


@pytest.mark.parametrize("name", ["starts_at", "ends_at"])
def test_its_dates_have_no_time_zone(name: str):
    dates: dict[str, Any] = {name: NINE}
    with pytest.raises(ValueError, match="no time zone"):
        Submission(**dates)


@pytest.mark.parametrize(
    ("given_", "after"),
    [(UNCHANGED, OLD), (OLD, OLD), (NEW, NEW), (Text(html=""), Text(html="")), (None, None)],
)
@pytest.mark.parametrize(("side", "other"), [("internal", "external"), ("external", "internal")])
def test_a_reply_stays_unless_it_is_given(side: str, other: str, given_: Any, after: Text | None):
    replies: dict[str, Any] = {side: given_}
    setting = Submission(**replies).applied_to(CURRENT, VIENNA)
    assert (getattr(setting, side), getattr(setting, other)) == (after, OLD)


def test_state_audience_and_dates_are_replaced():
    current = an_out_of_office(State.SCHEDULED, audience=Audience.KNOWN)
    assert Submission().applied_to(current, VIENNA) == replace(
        NEVER_SET, internal=current.internal, external=current.external
    )


class TestTheSizeOfAReply:
    @pytest.mark.parametrize("side", ["internal", "external"])
    @pytest.mark.parametrize("html", ["x" * 100, "ü" * 50, "x" * 70 + PICTURE])
    def test_may_be_the_largest(self, side: str, html: str):
        replies: dict[str, Any] = {side: Text(html=html)}
        Submission(**replies).check_sizes(100)

    @pytest.mark.parametrize("side", ["internal", "external"])
    @pytest.mark.parametrize("html", ["x" * 101, "ü" * 50 + "x", "x" * 101 + PICTURE])
    def test_is_refused_above_it(self, side: str, html: str):
        replies: dict[str, Any] = {side: Text(html=html)}
        with pytest.raises(TextTooLong, match=f"{side}_reply"):
            Submission(**replies).check_sizes(100)

    @pytest.mark.parametrize("reply", [UNCHANGED, None])
    def test_is_not_checked_of_a_reply_that_is_not_given(self, reply: Any):
        Submission(internal=reply, external=reply).check_sizes(0)


class TestADate:
    #: Ten o'clock and seven seconds in Vienna.
    READ = datetime(2026, 3, 16, 10, 0, 7)

    @pytest.mark.parametrize("shown", [READ, READ.replace(second=0)])
    def test_that_comes_back_as_it_was_read_is_the_same_moment(self, shown: datetime):
        current = an_out_of_office(State.SCHEDULED, starts_at=NINE + 7 * SECOND)
        setting = Submission(starts_at=shown).applied_to(current, VIENNA)
        assert setting.starts_at == NINE + 7 * SECOND

    @pytest.mark.parametrize(
        "shown",
        [READ - SECOND, READ + SECOND, READ.replace(second=0) - SECOND, READ.replace(second=0) + MINUTE],
    )
    def test_that_differs_is_another_moment(self, shown: datetime):
        current = an_out_of_office(State.SCHEDULED, starts_at=NINE + 7 * SECOND)
        setting = Submission(starts_at=shown).applied_to(current, VIENNA)
        assert setting.starts_at == at_wall_clock(shown, VIENNA) != current.starts_at

    def test_that_occurs_twice_stays_the_one_that_was_read(self):
        second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
        form = Submission(ends_at=datetime(2026, 10, 25, 2, 30))
        assert form.applied_to(replace(CURRENT, ends_at=second), VIENNA).ends_at == second
        assert form.applied_to(CURRENT, VIENNA).ends_at == second - timedelta(hours=1)

    def test_has_the_offset_of_the_zone(self):
        setting = Submission(starts_at=self.READ).applied_to(
            replace(CURRENT, starts_at=NINE + 7 * SECOND), VIENNA
        )
        assert setting.starts_at is not None
        assert setting.starts_at.isoformat() == "2026-03-16T10:00:07+01:00"


class TestAWindowInAChangeToSummerTime:
    """Vienna's clocks skip 02:00 to 03:00 on 29 March: half past two means half past three."""

    START = datetime(2026, 3, 29, 2, 30)

    @pytest.mark.parametrize("ends_at", [datetime(2026, 3, 29, 3), datetime(2026, 3, 29, 3, 30)])
    def test_is_refused_if_it_has_no_length(self, ends_at: datetime):
        form = Submission(state=State.SCHEDULED, starts_at=self.START, ends_at=ends_at)
        with pytest.raises(WindowIsEmpty) as refused:
            form.applied_to(NEVER_SET, VIENNA)
        assert refused.value.hint == (
            "The clocks of Europe/Vienna skip 2026-03-29 02:30:00, so it means 2026-03-29 03:30:00."
        )

    def test_may_be_as_short_as_a_second(self):
        form = Submission(
            state=State.SCHEDULED, starts_at=self.START, ends_at=datetime(2026, 3, 29, 3, 30, 1)
        )
        setting = form.applied_to(NEVER_SET, VIENNA)
        assert setting.starts_at is not None
        assert setting.ends_at is not None
        assert setting.ends_at - setting.starts_at == SECOND

    @pytest.mark.parametrize("state", [State.DISABLED, State.ENABLED])
    def test_is_not_checked_where_it_has_no_effect(self, state: State):
        form = Submission(state=state, starts_at=self.START, ends_at=datetime(2026, 3, 29, 3))
        assert form.applied_to(NEVER_SET, VIENNA).state is state

    def test_is_not_refused_here_for_another_reason(self):
        """`domain.out_of_office.write` refuses it."""
        ends_at = datetime(2026, 3, 16, 9)
        form = Submission(state=State.SCHEDULED, starts_at=ends_at, ends_at=ends_at)
        assert form.applied_to(NEVER_SET, VIENNA).state is State.SCHEDULED


@given(persons | absent, spans, st.sampled_from([VIENNA, "Asia/Seoul", "America/New_York", "UTC"]))
def test_a_form_that_gives_back_all_that_was_read_asks_for_the_same(
    person: Person, span: timedelta, zone: str
):
    current = view(as_of(person.kept.statuses, person.now + span), person.kept.remembered)
    form = Submission(
        state=current.state,
        audience=current.audience,
        starts_at=current.starts_at and wall_clock(current.starts_at, zone),
        ends_at=current.ends_at and wall_clock(current.ends_at, zone),
        internal=current.internal,
        external=current.external,
    )
    assert form.applied_to(current, zone) == current
