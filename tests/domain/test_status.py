import re
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

import pytest

from domain.auto_reply import AutoReply, Reply
from domain.moments import Moment
from domain.refusals import EndMissing, Refusal, WindowIsEmpty, WindowIsOver
from domain.status import (
    Draft,
    Place,
    ScheduleType,
    Status,
    begin,
    draft_of,
    new_status_id,
    promoted,
    rewrite,
)
from tests.builders import (
    DAY,
    HOUR,
    INSTANT,
    NINE,
    SEOUL,
    a_draft,
    a_reserved_status,
    a_status,
    a_whole_status,
    an_auto_reply,
    with_moments,
)

RESERVED, PRESENT = ScheduleType.RESERVED, ScheduleType.PRESENT


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "refusal"),
    [
        (NINE, None, EndMissing),
        (NINE, NINE, WindowIsEmpty),
        (NINE, NINE - INSTANT, WindowIsEmpty),
        # The same moment, written in two ways.
        (NINE, NINE.astimezone(SEOUL), WindowIsEmpty),
    ],
)
def test_a_draft_needs_a_whole_window_or_none(
    starts_at: datetime, ends_at: datetime | None, refusal: type[Refusal]
):
    with pytest.raises(refusal, match="ends_at"):
        a_draft(starts_at=starts_at, ends_at=ends_at)


@pytest.mark.parametrize(
    ("starts_at", "ends_at"),
    [(NINE, NINE + INSTANT), (None, NINE - DAY), (None, NINE), (None, None)],
)
def test_a_draft_may_have_an_end_alone_or_no_times_at_all(
    starts_at: datetime | None, ends_at: datetime | None
):
    assert a_draft(starts_at=starts_at, ends_at=ends_at).ends_at == (Moment.of(ends_at) if ends_at else None)


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "schedule_type", "in_force_at"),
    [
        # Written at nine…
        (NINE + INSTANT, NINE + HOUR, RESERVED, NINE + INSTANT),
        (NINE, NINE + HOUR, PRESENT, NINE),
        (NINE - INSTANT, NINE + HOUR, PRESENT, NINE),
        (NINE - DAY, NINE + INSTANT, PRESENT, NINE),
        (None, NINE + INSTANT, PRESENT, NINE),
        (None, None, PRESENT, NINE),
    ],
)
def test_a_status_is_reserved_only_while_its_start_lies_ahead(
    starts_at: datetime | None, ends_at: datetime | None, schedule_type: ScheduleType, in_force_at: datetime
):
    status = begin(a_draft(starts_at=starts_at, ends_at=ends_at), NINE, sequence=1)
    assert (status.schedule_type, status.in_force_at) == (schedule_type, in_force_at)


def test_a_reserved_status_keeps_the_offsets_it_was_written_with_and_comes_into_force_in_utc():
    starts_at, ends_at = (NINE + HOUR).astimezone(SEOUL), (NINE + 2 * HOUR).astimezone(SEOUL)
    status = begin(a_draft(starts_at=starts_at, ends_at=ends_at), NINE, sequence=1)
    assert status.starts_at == Moment.of(starts_at)
    assert status.ends_at == Moment.of(ends_at)
    assert status.in_force_at.isoformat() == "2026-03-16T10:00:00+00:00"


@pytest.mark.parametrize("starts_at", [None, NINE - DAY])
@pytest.mark.parametrize("ends_at", [NINE, NINE - INSTANT])
def test_no_status_begins_that_is_over_already(starts_at: datetime | None, ends_at: datetime):
    with pytest.raises(WindowIsOver, match="ends_at"):
        begin(a_draft(starts_at=starts_at, ends_at=ends_at), NINE, sequence=1)


RESERVED_DRAFT = a_draft(starts_at=NINE + HOUR, ends_at=NINE + 2 * HOUR)
LATER_DRAFT = a_draft(starts_at=NINE + 3 * HOUR, ends_at=NINE + 4 * HOUR)
RUNNING_DRAFT = a_draft(starts_at=NINE - HOUR, ends_at=NINE + HOUR)


@pytest.mark.parametrize(
    ("old", "draft", "schedule_type", "in_force_at", "sequence"),
    [
        # In force since eight with sequence 3, rewritten at nine with sequence 7: it keeps its position…
        ("present", a_draft(), PRESENT, NINE - HOUR, 3),
        ("present", RUNNING_DRAFT, PRESENT, NINE - HOUR, 3),
        ("present", a_draft(starts_at=NINE, ends_at=NINE + HOUR), PRESENT, NINE - HOUR, 3),
        # …unless it becomes reserved.
        ("present", RESERVED_DRAFT, RESERVED, NINE + HOUR, 7),
        # Reserved: it keeps its sequence while its start stays, and comes into force on top.
        ("reserved", replace(RESERVED_DRAFT, message="Ill"), RESERVED, NINE + HOUR, 3),
        ("reserved", LATER_DRAFT, RESERVED, NINE + 3 * HOUR, 7),
        ("reserved", RUNNING_DRAFT, PRESENT, NINE, 7),
        ("reserved", a_draft(), PRESENT, NINE, 7),
    ],
)
def test_a_rewritten_status_keeps_its_id_and_its_place_as_far_as_it_can(
    old: str, draft: Draft, schedule_type: ScheduleType, in_force_at: datetime, sequence: int
):
    before = (
        a_status(in_force_at=NINE - HOUR, sequence=3) if old == "present" else a_reserved_status(sequence=3)
    )
    after = rewrite(before, draft, NINE, sequence=7)
    assert after.id == before.id
    assert (after.schedule_type, after.in_force_at, after.sequence) == (schedule_type, in_force_at, sequence)


def test_no_status_is_rewritten_so_that_it_is_over():
    with pytest.raises(WindowIsOver):
        rewrite(a_status(in_force_at=NINE - HOUR), a_draft(ends_at=NINE), NINE, sequence=2)


def test_an_out_of_office_without_its_auto_reply_is_a_status_like_any_other():
    status = a_status(place=Place.OOF, auto_reply=an_auto_reply())
    silenced = rewrite(status, replace(draft_of(status), auto_reply=None), NINE, sequence=2)
    assert silenced.place is Place.WORKS


def test_an_out_of_office_with_empty_replies_is_still_one():
    status = begin(a_draft(place=Place.OOF, auto_reply=AutoReply()), NINE, sequence=1)
    assert status.place is Place.OOF


@pytest.mark.parametrize(
    ("place", "auto_reply", "is_out_of_office"),
    [
        (Place.WORKS, None, False),
        (Place.WORKS, AutoReply(), False),
        (Place.WORKS, AutoReply(internal=Reply(body=None, sent_directly_to_me=True)), False),
        (Place.WORKS, AutoReply(internal=Reply(body="")), True),
        (Place.WORKS, AutoReply(external=Reply(body="Away.")), True),
        # In grommunio an out-of-office may have no text.
        (Place.OOF, AutoReply(), True),
        (Place.OOF, None, False),
    ],
)
def test_a_status_is_out_of_office_when_somebody_is_answered_or_grommunio_wrote_it(
    place: Place, auto_reply: AutoReply | None, is_out_of_office: bool
):
    assert a_status(place=place, auto_reply=auto_reply).is_out_of_office is is_out_of_office


WHOLE = a_whole_status()


OTHERS: list[dict[str, Any]] = [
    {"profile_status_id": "AWAY"},
    {"message": None},
    {"message": "In a Meeting"},
    {"starts_at": (NINE + HOUR + INSTANT).astimezone(SEOUL)},
    {"starts_at": None},
    {"ends_at": (NINE + 3 * HOUR).astimezone(SEOUL)},
    # Times are returned with their offset, so the same moment with another offset differs.
    {"starts_at": NINE + HOUR},
    {"ends_at": NINE + 2 * HOUR},
    {"auto_reply": None},
    {"auto_reply": an_auto_reply("Elsewhere.")},
]


@pytest.mark.parametrize("other", OTHERS)
def test_a_status_says_a_draft_only_to_the_letter(other: dict[str, Any]):
    assert WHOLE.says(draft_of(WHOLE))
    assert not WHOLE.says(replace(draft_of(WHOLE), **with_moments(other)))


def test_every_field_of_a_draft_has_a_value_here_and_is_compared():
    assert all(getattr(draft_of(WHOLE), field.name) is not None for field in fields(Draft))
    # A repeated draft repeats a status in whosever place, one that was muted since, and one that was wished in days.
    compared = {field.name for field in fields(Draft)} - {"place", "is_muted", "client", "wish", "zone"}
    assert {name for other in OTHERS for name in other} == compared


@pytest.mark.parametrize(
    "other",
    [{"sequence": 9}, {"schedule_type": PRESENT}, {"ends_at": NINE + 2 * HOUR}, {"message": "Out"}],
)
def test_two_statuses_are_the_same_only_to_the_letter(other: dict[str, Any]):
    assert replace(WHOLE) == WHOLE
    assert replace(WHOLE, **with_moments(other)) != WHOLE


def test_promoting_changes_nothing_but_the_schedule_type():
    waiting = a_reserved_status()
    assert promoted(waiting) == replace(waiting, schedule_type=PRESENT)


def test_ids_have_the_shape_that_clients_know_and_do_not_repeat():
    ids = {new_status_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(re.fullmatch(r"uprofile-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", id_) for id_ in ids)


def test_a_begun_status_carries_all_that_was_said():
    draft = a_draft(
        "ABSENCE", message="On leave", ends_at=NINE + DAY, auto_reply=an_auto_reply(), place=Place.OOF
    )
    status: Status = begin(draft, NINE, sequence=4)
    assert status.says(draft)
    assert draft_of(status) == draft
    assert (status.sequence, status.place) == (4, Place.OOF)
