from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given

from domain.events import Event, EventKind
from domain.history import CHANGEABLE, Record
from domain.sentences import sentence
from domain.status import Status
from tests.builders import HOUR, NINE, SEOUL, a_reserved_status, a_status, an_auto_reply
from tests.domain.histories import Diary, a_record, steps

LABELS = {"ABSENCE": "On leave", "BUSY": "Busy"}
ZONE = "Asia/Seoul"


def day(number: int, month: int = 8, year: int = 2026) -> datetime:
    """Return the beginning of a day in Seoul."""
    return datetime(year, month, number, tzinfo=SEOUL)


#: From the second to the sixth of August.
LEAVE = a_reserved_status(profile_status_id="ABSENCE", starts_at=day(2), ends_at=day(7))


def told(kind: EventKind, status: Status | None = LEAVE, **said: Any) -> str:
    return words(a_record(Event(kind, status, **said), actor="hr-sync"))


def words(record: Record) -> str:
    return sentence(record, name="Mina", label=lambda id_: LABELS[id_], zone=ZONE)


def change(before: Status, *fields: str, **said: Any) -> str:
    after = a_reserved_status(
        **{
            "profile_status_id": before.profile_status_id,
            "message": before.message,
            "starts_at": before.starts_at and before.starts_at.written,
            "ends_at": before.ends_at and before.ends_at.written,
            "auto_reply": before.auto_reply,
            "is_muted": before.is_muted,
        }
        | said
    )
    record = a_record(Event(EventKind.CHANGED, after, before=before), actor="hr-sync")
    return words(replace(record, changed=frozenset(fields or CHANGEABLE[:-1])))


SUBJECT = "Mina's status “On leave” from 2 to 6 August"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (EventKind.RESERVED, "was booked by hr-sync."),
        (EventKind.PRESENTED, "was set by hr-sync."),
        (EventKind.REPLACED, "was replaced by hr-sync."),
        (EventKind.DELETED, "was deleted by hr-sync."),
        # What stood before is not known.
        (EventKind.CHANGED, "was changed by hr-sync."),
    ],
)
def test_what_somebody_did_is_told_with_their_name(kind: EventKind, said: str):
    assert told(kind) == f"{SUBJECT} {said}"


@pytest.mark.parametrize(
    ("late", "said"),
    [
        (timedelta(milliseconds=999), "began."),
        (timedelta(seconds=1), "began, 1.0 seconds late."),
        (timedelta(seconds=59.9), "began, 59.9 seconds late."),
        (timedelta(minutes=1), "began, 1 minute late."),
        (timedelta(minutes=119), "began, 1 hour late."),
        (timedelta(hours=50), "began, 2 days late."),
    ],
)
def test_a_start_is_told_with_its_lateness_from_a_second_on(late: timedelta, said: str):
    assert told(EventKind.PROMOTED, due_at=NINE - late) == f"{SUBJECT} {said}"


def test_an_end_is_told():
    assert told(EventKind.DISABLED, due_at=NINE) == f"{SUBJECT} ended."


def test_what_lapsed_is_told():
    lapsed = told(EventKind.LAPSED, due_at=NINE - HOUR)
    assert lapsed == f"{SUBJECT} was over before its start was carried out, 1 hour late."


def test_remembered_texts_are_told():
    assert told(EventKind.REMEMBERED, None) == (
        "The texts for Mina's next out-of-office were changed by hr-sync."
    )


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "said"),
    [
        (day(2), day(3), " on 2 August"),
        (day(30, 7), day(3), " from 30 July to 2 August"),
        (day(30, 12), day(3, 1, 2027), " from 30 December to 2 January 2027"),
        (day(2, 8, 2027), day(7, 8, 2027), " from 2 to 6 August 2027"),
        (day(2) + 9 * HOUR, day(2) + 18.5 * HOUR, " on 2 August from 09:00 to 18:30"),
        (day(2) + 9 * HOUR, day(3), " from 2 August at 09:00 to 3 August at 00:00"),
        (None, day(3), " until 2 August"),
        (None, day(2) + 13 * HOUR, " until 2 August at 13:00"),
        (None, None, ""),
    ],
)
def test_a_window_is_told_in_days_where_it_is_whole_days(
    starts_at: datetime | None, ends_at: datetime | None, said: str
):
    status = a_status(starts_at=starts_at, ends_at=ends_at)
    assert told(EventKind.DELETED, status) == f"Mina's status “Busy”{said} was deleted by hr-sync."


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"ends_at": day(5)}, "was shortened to end on 4 August"),
        ({"ends_at": day(4) + 13 * HOUR}, "was shortened to end on 4 August at 13:00"),
        ({"ends_at": day(9)}, "was extended to end on 8 August"),
        ({"starts_at": day(3)}, "was changed to begin on 3 August"),
        ({"starts_at": day(9), "ends_at": day(14)}, "was moved to be from 9 to 13 August"),
        ({"profile_status_id": "BUSY"}, "was changed to “Busy”"),
        ({"message": "At the\nlake"}, "got the message “At the lake”"),
        ({"message": "x" * 81}, f"got the message “{'x' * 79}…”"),
        (
            {"ends_at": day(5), "message": "Ill", "profile_status_id": "BUSY"},
            "was changed to “Busy”, was shortened to end on 4 August and got the message “Ill”",
        ),
        # It is as it was, but was written again, and so covers what else started then.
        ({}, "was written again"),
    ],
)
def test_a_change_is_told_by_what_is_different(said: dict[str, Any], expected: str):
    assert change(LEAVE, **said) == f"{SUBJECT} {expected} by hr-sync."


def test_a_message_that_is_taken_away_is_told():
    assert change(replace(LEAVE, message="Ill"), message=None).endswith(" lost its message by hr-sync.")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (None, an_auto_reply(), "began to answer mail"),
        (an_auto_reply(), None, "stopped answering mail"),
        (an_auto_reply(), an_auto_reply("Back on Monday."), "got other reply texts"),
    ],
)
def test_a_reply_is_told_without_its_texts(before: Any, after: Any, said: str):
    leave = replace(LEAVE, auto_reply=before)
    assert change(leave, "auto_reply", auto_reply=after) == f"{SUBJECT} {said} by hr-sync."


def test_a_day_without_a_midnight_is_a_whole_day():
    """In Cairo, the 24th of April 2026 begins at one o'clock."""
    starts_at, ends_at = (
        datetime(2026, 4, 23, 22, tzinfo=NINE.tzinfo),
        datetime(2026, 4, 24, 21, tzinfo=NINE.tzinfo),
    )
    status = a_status(starts_at=starts_at, ends_at=ends_at)
    record = a_record(Event(EventKind.DELETED, status))
    assert " on 24 April was " in sentence(record, name="Mina", label=str, zone="Africa/Cairo")


@given(steps.map(lambda life: Diary().live(life)))
def test_every_event_can_be_told(diary: Diary):
    for record in diary.records:
        assert words(record).startswith(("Mina", "The texts for Mina"))
