from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from domain.auto_reply import AutoReply
from domain.moments import Moment
from domain.refusals import StatusUnknown, WindowIsOver
from domain.status import Draft, ScheduleType, Status, draft_of
from domain.timeline import as_of, delete, lay, settle
from tests.builders import (
    DAY,
    HOUR,
    INSTANT,
    MINUTE,
    NINE,
    SEOUL,
    a_draft,
    a_reserved_status,
    a_status,
    an_auto_reply,
)
from tests.writes import post, put

RESERVED, PRESENT = ScheduleType.RESERVED, ScheduleType.PRESENT

HOME = a_status(id="home", profile_status_id="CUSTOM01", sequence=1)
LEAVE = a_reserved_status(id="leave", profile_status_id="ABSENCE", sequence=2)
"""Working from home since nine; a leave is reserved from ten to eleven."""


def ids(statuses: Any) -> list[str]:
    return [status.id for status in statuses]


@pytest.mark.parametrize(
    ("at", "in_force", "reserved"),
    [
        (NINE, ["home"], "leave"),
        (NINE + HOUR - INSTANT, ["home"], "leave"),
        (NINE + HOUR, ["leave", "home"], None),
        (NINE + 2 * HOUR - INSTANT, ["leave", "home"], None),
        (NINE + 2 * HOUR, ["home"], None),
    ],
)
def test_a_leave_covers_what_was_there_and_uncovers_it_at_its_end(
    at: datetime, in_force: list[str], reserved: str | None
):
    timeline = as_of([HOME, LEAVE], at)
    assert ids(timeline.in_force) == in_force
    assert (timeline.reserved.id if timeline.reserved else None) == reserved
    assert timeline.shown is not None
    assert timeline.shown.id == in_force[0]


def test_what_a_leave_covered_does_not_come_back_when_it_is_over_itself():
    home = replace(HOME, ends_at=Moment(NINE + HOUR + MINUTE))
    assert ids(as_of([home, LEAVE], NINE + 2 * HOUR - INSTANT).statuses) == ["leave"]
    assert as_of([home, LEAVE], NINE + 2 * HOUR).statuses == ()


def test_nobody_shows_anything_without_a_status():
    timeline = as_of([], NINE)
    assert (timeline.shown, timeline.reserved, timeline.statuses) == (None, None, ())


def test_what_the_clock_has_not_made_material_yet_is_shown_as_present():
    shown = as_of([LEAVE], NINE + HOUR).shown
    assert shown == replace(LEAVE, schedule_type=PRESENT)


def test_of_two_that_came_into_force_together_the_one_written_last_is_shown():
    together = [a_status(id="later", sequence=8), a_status(id="earlier", sequence=7)]
    assert ids(as_of(together, NINE).in_force) == ["later", "earlier"]
    assert ids(as_of(reversed(together), NINE).in_force) == ["later", "earlier"]


def test_of_two_in_force_the_one_that_started_last_is_shown_whichever_was_written_last():
    booked_early = a_status(id="booked early", in_force_at=NINE, sequence=1)
    written_late = a_status(id="written late", in_force_at=NINE - MINUTE, sequence=2)
    assert ids(as_of([booked_early, written_late], NINE).in_force) == ["booked early", "written late"]


def test_what_is_in_force_stays_so_when_the_clock_steps_back():
    """A clock may be set, or another server with another clock may take over; no status changes for that."""
    timeline = as_of([HOME, LEAVE], NINE - INSTANT)
    assert ids(timeline.in_force) == ["home"]
    assert timeline.reserved == LEAVE


@pytest.mark.parametrize("status_id", ["home", "leave"])
def test_a_status_is_found_by_its_id_in_force_or_reserved(status_id: str):
    assert as_of([HOME, LEAVE], NINE).status(status_id).id == status_id


@pytest.mark.parametrize(("at", "status_id"), [(NINE, "nothing"), (NINE + 2 * HOUR, "leave")])
def test_a_status_that_is_over_is_not_found(at: datetime, status_id: str):
    with pytest.raises(StatusUnknown):
        as_of([HOME, LEAVE], at).status(status_id)


class TestPosting:
    def test_a_present_status_replaces_every_one_in_force_shown_or_covered(self):
        covering = a_status(id="covering", in_force_at=NINE + MINUTE, sequence=2)
        after, new = post([HOME, covering, LEAVE], a_draft("AWAY"), NINE + 2 * MINUTE)
        assert set(after) == {LEAVE, new}
        assert (new.profile_status_id, new.schedule_type) == ("AWAY", PRESENT)

    def test_a_reserved_status_replaces_the_reserved_one(self):
        draft = a_draft(starts_at=NINE + DAY, ends_at=NINE + 2 * DAY)
        after, new = post([HOME, LEAVE], draft, NINE)
        assert set(after) == {HOME, new}
        assert new.id != LEAVE.id

    def test_what_is_new_gets_a_turn_after_all_others(self):
        _, new = post([a_status(sequence=5), a_reserved_status(sequence=9)], a_draft("AWAY"), NINE)
        assert new.sequence == 10

    @pytest.mark.parametrize("status", [HOME, LEAVE])
    def test_a_repeated_post_changes_nothing(self, status: Status):
        after, found = post([HOME, LEAVE], draft_of(status), NINE + MINUTE)
        assert after == (HOME, LEAVE)
        assert found.id == status.id

    def test_a_leave_posted_again_in_its_midst_changes_nothing(self):
        leave = replace(LEAVE, schedule_type=PRESENT)
        after, found = post([HOME, leave], draft_of(leave), NINE + HOUR + MINUTE)
        assert after == (HOME, leave)
        assert found.id == "leave"

    def test_a_covered_leave_posted_again_stays_covered(self):
        leave = a_status(id="leave", starts_at=NINE, ends_at=NINE + DAY, sequence=1)
        meeting = a_status(id="meeting", in_force_at=NINE + MINUTE, sequence=2)
        after, found = post([leave, meeting], draft_of(leave), NINE + HOUR)
        assert after == (leave, meeting)
        assert found.id == "leave"

    def test_a_covered_status_without_a_start_is_said_anew(self):
        meeting = a_status(id="meeting", in_force_at=NINE + MINUTE, sequence=2)
        after, new = post([HOME, meeting], draft_of(HOME), NINE + HOUR)
        assert after == (new,)
        assert new.id != "home"

    @pytest.mark.parametrize(
        ("reply", "is_muted"), [(an_auto_reply(), True), (AutoReply(is_emptied=True), False)]
    )
    def test_the_hidden_reply_of_a_covered_status_is_not_copied(self, reply: AutoReply, *, is_muted: bool):
        """The draft was completed from that status, because it says the same as far as it is shown."""
        silent = replace(HOME, auto_reply=reply, is_muted=is_muted)
        meeting = a_status(id="meeting", place=None, in_force_at=NINE + MINUTE, sequence=2)
        _, new = post([silent, meeting], draft_of(silent), NINE + HOUR)
        assert not new.is_out_of_office
        assert new.auto_reply in {None, AutoReply()}

    def test_the_same_window_in_another_offset_is_another_status(self):
        draft = replace(draft_of(LEAVE), starts_at=Moment.of((NINE + HOUR).astimezone(SEOUL)))
        after, new = post([HOME, LEAVE], draft, NINE)
        assert set(after) == {HOME, new}
        assert new.id != "leave"

    def test_a_status_that_is_over_is_refused_even_as_a_repetition(self):
        leave = a_status(id="leave", starts_at=NINE, ends_at=NINE + HOUR)
        with pytest.raises(WindowIsOver):
            post([leave], draft_of(leave), NINE + HOUR)


class TestPutting:
    def test_a_rewritten_status_stays_under_what_covers_it(self):
        covering = a_status(id="covering", in_force_at=NINE + MINUTE, sequence=2)
        after, new = put([HOME, covering], "home", a_draft("AWAY"), NINE + HOUR)
        assert set(after) == {covering, new}
        assert ids(as_of(after, NINE + HOUR).in_force) == ["covering", "home"]

    @pytest.mark.parametrize(
        ("moved", "draft", "left"),
        [
            # Put into force, it replaces all statuses in force; reserved, it replaces the reserved one.
            ("leave", a_draft("ABSENCE"), {"leave"}),
            ("home", a_draft("AWAY", starts_at=NINE + DAY, ends_at=NINE + 2 * DAY), {"home"}),
            # In its own place it replaces nothing.
            ("leave", a_draft("ABSENCE", starts_at=NINE + DAY, ends_at=NINE + 2 * DAY), {"home", "leave"}),
            ("home", a_draft("AWAY"), {"home", "leave"}),
        ],
    )
    def test_moved_into_the_other_slot_it_replaces_what_is_there(
        self, moved: str, draft: Draft, left: set[str]
    ):
        after, new = put([HOME, LEAVE], moved, draft, NINE + MINUTE)
        assert set(ids(after)) == left
        assert new.says(draft)
        assert new in after

    def test_a_status_whose_start_has_come_is_rewritten_as_one_in_force(self):
        """Even if it is not promoted yet, its place is that of its start."""
        at = NINE + HOUR + MINUTE
        settled = settle([HOME, LEAVE], at).statuses
        after, new = put(settled, "leave", a_draft("ABSENCE", message="Ill"), at)
        assert (new.schedule_type, new.in_force_at) == (PRESENT, NINE + HOUR)
        assert set(ids(after)) == {"home", "leave"}

    def test_rewriting_needs_a_status_that_is_there(self):
        with pytest.raises(StatusUnknown):
            put([HOME], "leave", a_draft(), NINE)

    def test_a_status_cannot_be_rewritten_so_that_it_is_over(self):
        with pytest.raises(WindowIsOver):
            put([HOME], "home", a_draft(ends_at=NINE + HOUR), NINE + HOUR)


class TestDeleting:
    def test_what_a_deleted_status_covered_shows_again(self):
        covering = a_status(id="covering", in_force_at=NINE + MINUTE, sequence=2)
        after = delete([HOME, covering, LEAVE], "covering", NINE + HOUR - INSTANT)
        assert set(after) == {HOME, LEAVE}

    @pytest.mark.parametrize(("status_id", "at"), [("nothing", NINE), ("leave", NINE + 2 * HOUR)])
    def test_deleting_needs_a_status_that_is_there(self, status_id: str, at: datetime):
        with pytest.raises(StatusUnknown):
            delete([HOME, LEAVE], status_id, at)


class TestLaying:
    def test_a_layer_in_force_covers_and_takes_nothing_away(self):
        layer = a_status(id="layer", in_force_at=NINE + MINUTE, sequence=3)
        assert set(lay([HOME, LEAVE], layer)) == {HOME, LEAVE, layer}

    def test_a_reserved_layer_stands_beside_the_reserved_one(self):
        layer = a_reserved_status(id="layer", sequence=3)
        assert set(lay([HOME, LEAVE], layer)) == {HOME, LEAVE, layer}

    def test_a_layer_replaces_its_own_earlier_self(self):
        rewritten = replace(LEAVE, message="Ill", auto_reply=an_auto_reply())
        assert set(lay([HOME, LEAVE], rewritten)) == {HOME, rewritten}
