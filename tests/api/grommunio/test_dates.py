"""Dates are wall-clock times in the zone of the domain, in one form."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from store import tables
from store.store import Store
from tests.api.clients import Oof, Works, naive
from tests.api.grommunio.answers import assert_bad
from tests.builders import DAY, HOUR, INSTANT, NINE, HandClock

VIENNA, NEW_YORK, LORD_HOWE, KOLKATA = (
    "Europe/Vienna",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
)


def move_the_domain_to(zone: str, store: Store) -> None:
    """Set the zone of the domain."""
    with store.writing() as transaction:
        transaction.connection.execute(update(tables.domain).values(zone=zone))


@pytest.mark.parametrize(
    "date",
    [
        "2026-08-01T08:00:00",
        "2026-08-01 08:00:00Z",
        "2026-08-01 08:00:00+09:00",
        "2026-08-01 08:00",
        "2026-08-01 08:00:00.0",
        "2026-08-01",
        "08:00:00",
        " 2026-08-01 08:00:00",
        "2026-08-01 08:00:00 ",
        "2026-08-01  08:00:00",
        "2026-08-01 08:00:00\n",
        "2026-8-1 8:00:00",
        "26-08-01 08:00:00",
        "Invalid date:00",
        "٢٠٢٦-08-01 08:00:00",
        1785571200,
        1.5,
        True,
        [],
        {},
        # These dates or times do not exist.
        "2026-02-30 08:00:00",
        "2027-02-29 08:00:00",
        "2026-13-01 08:00:00",
        "2026-00-01 08:00:00",
        "2026-08-01 24:00:00",
        "2026-08-01 08:60:00",
        "2026-08-01 08:00:60",
        "0000-01-01 00:00:00",
    ],
)
@pytest.mark.parametrize("field", ["startTime", "endTime"])
def test_there_is_one_form_of_a_date(oof: Oof, field: str, date: object):
    assert_bad(oof.put(state=0, **{field: date}), field)
    assert oof.read() == {"state": 0, "externalAudience": 0}


@pytest.mark.parametrize("state", [0, 1])
@pytest.mark.parametrize(
    "date",
    [
        "2026-08-01 08:00:00",
        "2028-02-29 23:59:59",
        "1969-12-31 23:59:59",
        "1900-01-01 00:00:00",
        "0001-01-02 00:00:00",
        "2038-01-19 03:14:08",
        "9999-12-31 23:59:59",
    ],
)
def test_a_date_comes_back_as_it_went(oof: Oof, state: int, date: str):
    oof.save(state=state, startTime=date, endTime=date)
    assert oof.read() == {"state": state, "externalAudience": 0, "startTime": date, "endTime": date}


@pytest.mark.parametrize("state", [0, 1, 2])
@pytest.mark.parametrize("zone", ["Asia/Seoul", NEW_YORK])
def test_the_first_and_the_last_second_of_the_calendar_come_back_as_they_went(
    oof: Oof, store: Store, zone: str, state: int
):
    move_the_domain_to(zone, store)
    window = {"startTime": "0001-01-01 00:00:00", "endTime": "9999-12-31 23:59:59"}
    oof.save(state=state, **window)
    assert oof.read() == {"state": state, "externalAudience": 0, **window}


@pytest.mark.parametrize("before", [0, 1])
@pytest.mark.parametrize("end", ["2027-08-15 18:00:00", "2027-08-16 18:00:00"])
def test_dates_that_were_told_before_keep_the_offset_of_the_domain(
    oof: Oof, works: Works, before: int, end: str
):
    dates = {"startTime": "2027-08-01 08:00:00", "endTime": "2027-08-15 18:00:00"}
    oof.save(state=before, **dates)
    oof.save(state=2, **(dates | {"endTime": end}))
    reserved = works.reserved()
    assert reserved is not None
    assert reserved["startTime"] == "2027-08-01T08:00:00+09:00"
    assert reserved["endTime"] == f"{end.replace(' ', 'T')}+09:00"


@pytest.mark.parametrize(
    ("date", "said"),
    [
        (
            "2027-08-01T08:00:00+09:00",
            (
                "Not a date of the form YYYY-MM-DD HH:MM:SS, as in 2027-08-01 08:00:00: "
                "without an offset, in the time zone of the domain."
            ),
        ),
        ("2027-02-29 08:00:00", "There is no such date and time."),
        ("0000-01-01 00:00:00", "Years go from 0001 to 9999."),
    ],
)
def test_what_is_no_date_is_told_what_one_is(oof: Oof, date: str, said: str):
    assert oof.put(state=0, startTime=date).json()["errors"] == [f"startTime: {said}"]


@pytest.mark.parametrize(
    ("start", "end", "hint"),
    [
        (
            "2027-03-28 02:30:00",
            "2027-03-28 03:00:00",
            " The clocks of Europe/Vienna skip 2027-03-28 02:30:00, so it means 2027-03-28 03:30:00.",
        ),
        ("2027-03-28 04:30:00", "2027-03-28 04:00:00", ""),
    ],
)
def test_a_window_that_the_change_to_summer_time_empties_is_told_so(
    oof: Oof, store: Store, start: str, end: str, hint: str
):
    move_the_domain_to(VIENNA, store)
    refused = oof.put(state=2, startTime=start, endTime=end)
    assert refused.json()["errors"] == [f"endTime: The end must lie after the start.{hint}"]


@pytest.mark.parametrize(
    ("zone", "date", "moment"),
    [
        ("Asia/Seoul", "2026-08-01 08:00:00", datetime(2026, 7, 31, 23, tzinfo=UTC)),
        (VIENNA, "2026-08-01 08:00:00", datetime(2026, 8, 1, 6, tzinfo=UTC)),
        (VIENNA, "2026-12-01 08:00:00", datetime(2026, 12, 1, 7, tzinfo=UTC)),
        (NEW_YORK, "2026-08-01 08:00:00", datetime(2026, 8, 1, 12, tzinfo=UTC)),
        (KOLKATA, "2026-08-01 08:00:00", datetime(2026, 8, 1, 2, 30, tzinfo=UTC)),
        # A skipped time moves forward by the gap…
        (VIENNA, "2026-03-29 02:30:00", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (NEW_YORK, "2027-03-14 02:30:00", datetime(2027, 3, 14, 7, 30, tzinfo=UTC)),
        (LORD_HOWE, "2026-10-04 02:15:00", datetime(2026, 10, 3, 15, 45, tzinfo=UTC)),
        # …and of one that exists twice, the first counts.
        (VIENNA, "2026-10-25 02:30:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (NEW_YORK, "2026-11-01 01:30:00", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        (LORD_HOWE, "2026-04-05 01:45:00", datetime(2026, 4, 4, 14, 45, tzinfo=UTC)),
    ],
)
def test_a_date_is_what_the_clocks_of_the_domain_show(
    oof: Oof, works: Works, clock: HandClock, store: Store, zone: str, date: str, moment: datetime
):
    move_the_domain_to(zone, store)
    oof.save(state=2, startTime=date, endTime="2028-01-01 00:00:00")
    clock.now = moment - INSTANT
    assert works.shown() is None
    clock.now = moment
    assert works.shown() is not None


@pytest.mark.parametrize(
    ("zone", "date", "read"),
    [
        (VIENNA, "2026-03-29 01:59:59", "2026-03-29 01:59:59"),
        (VIENNA, "2026-03-29 02:00:00", "2026-03-29 03:00:00"),
        (VIENNA, "2026-03-29 02:59:59", "2026-03-29 03:59:59"),
        (VIENNA, "2026-03-29 03:00:00", "2026-03-29 03:00:00"),
        (VIENNA, "2026-10-25 02:30:00", "2026-10-25 02:30:00"),
        (LORD_HOWE, "2026-10-04 02:15:00", "2026-10-04 02:45:00"),
    ],
)
@pytest.mark.parametrize("state", [0, 1, 2])
def test_a_time_that_the_clocks_leave_out_comes_back_moved(
    oof: Oof, store: Store, zone: str, date: str, read: str, state: int
):
    move_the_domain_to(zone, store)
    oof.save(state=state, startTime=date, endTime="2028-01-01 00:00:00")
    assert oof.read()["startTime"] == read


def test_a_window_of_wall_clock_hours_spans_the_change_to_summer_time(
    oof: Oof, works: Works, clock: HandClock, store: Store
):
    """From Saturday noon to Sunday noon it is 23 hours."""
    move_the_domain_to(VIENNA, store)
    oof.save(state=2, startTime="2026-03-28 12:00:00", endTime="2026-03-29 12:00:00")
    start = datetime(2026, 3, 28, 11, tzinfo=UTC)
    seen = []
    for clock.now in (start - INSTANT, start, start + 23 * HOUR - INSTANT, start + 23 * HOUR):
        seen.append(works.shown() is not None)
    assert seen == [False, True, True, False]


def test_of_two_such_times_the_one_that_was_read_stays(oof: Oof, works: Works, store: Store):
    """Saving does not move a start that another system set to the second half past two."""
    move_the_domain_to(VIENNA, store)
    second = "2026-10-25T02:30:00+01:00"
    works.posted(
        "ABSENCE",
        startTime=second,
        endTime="2026-10-26T02:30:00+01:00",
        autoReplyMail={"internal": {"content": "x"}},
    )
    read = oof.read()
    assert read["startTime"] == "2026-10-25 02:30:00"
    oof.save(**(read | {"externalAudience": 2}))
    reserved = works.reserved()
    assert reserved is not None
    assert reserved["startTime"] == second


def test_the_digits_are_the_same_wherever_they_are_read(oof: Oof, monkeypatch: pytest.MonkeyPatch):
    """The machine's zone and `TZ` do not matter."""
    window = {"startTime": naive(NINE + HOUR), "endTime": naive(NINE + DAY)}
    for zone in ("UTC", "America/New_York", "Pacific/Kiritimati"):
        monkeypatch.setenv("TZ", zone)
        oof.save(state=2, **window)
        assert oof.read() | window == oof.read()


def test_a_date_that_another_system_set_is_shown_on_the_clocks_of_the_domain(
    oof: Oof, works: Works, store: Store
):
    move_the_domain_to(NEW_YORK, store)
    window = {"startTime": "2026-12-01T09:00:00+09:00", "endTime": "2026-12-02T09:00:00+09:00"}
    works.posted("ABSENCE", **window, autoReplyMail={"internal": {"content": "x"}})
    read = oof.read()
    assert (read["startTime"], read["endTime"]) == ("2026-11-30 19:00:00", "2026-12-01 19:00:00")


@pytest.mark.parametrize(
    ("zone", "end", "shown"),
    [
        ("Asia/Seoul", "9999-12-31T23:59:59Z", "9999-12-31 23:59:59"),
        ("America/New_York", "9999-12-31T23:59:59Z", "9999-12-31 23:59:59"),
        ("America/New_York", "9999-12-31T23:59:58Z", "9999-12-31 18:59:58"),
    ],
)
def test_an_end_beyond_the_calendar_of_the_domain_is_its_last_second(
    oof: Oof, works: Works, store: Store, zone: str, end: str, shown: str
):
    """For "no end" clients write the last second of the calendar, which does not exist in some zones."""
    move_the_domain_to(zone, store)
    posted = works.posted("ABSENCE", endTime=end, autoReplyMail={"internal": {"content": "x"}})
    read = oof.read()
    assert read["endTime"] == shown
    oof.save(**read)
    assert works.list() == [posted]


def test_an_offset_of_before_standard_time_is_written_in_utc(oof: Oof, works: Works):
    """Until 1908 Seoul's clocks were 8:27:52 ahead, which no date-time of NAVER WORKS can express."""
    oof.save(state=2, startTime="1900-01-01 00:00:00", endTime="2027-01-01 00:00:00", internalReply="x")
    shown = works.shown()
    assert shown is not None
    assert shown["startTime"] == "1899-12-31T15:32:08+00:00"
    assert datetime.fromisoformat(shown["startTime"]).astimezone(ZoneInfo("Asia/Seoul")) == datetime(
        1900, 1, 1, tzinfo=ZoneInfo("Asia/Seoul")
    )
    assert (
        works.put(
            shown["userProfileStatusId"],
            **{key: value for key, value in shown.items() if key != "profileStatusId"},
        ).status_code
        == 200
    )
