"""Wished windows: what days, halves and local times mean, and what is refused."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from domain import wishes
from domain.moments import Moment
from domain.refusals import DayIsSkipped, InvalidValue, Refusal, WindowIsEmpty
from domain.wishes import NOON, Days, Half, Planned, Times, Wish

MORNING, AFTERNOON = Half.MORNING, Half.AFTERNOON
VIENNA: Final = "Europe/Vienna"


def days(first: str, last: str | None = None, *halves: Half) -> Days:
    return Days(date.fromisoformat(first), date.fromisoformat(last or first), *halves)


def local(starts_at: str, ends_at: str) -> Times:
    return Times(datetime.fromisoformat(starts_at), datetime.fromisoformat(ends_at))


def meant(wish: Wish, zone: str, day_halves: time = NOON) -> tuple[str, str]:
    """Return the window in UTC, as text."""
    starts_at, ends_at = wishes.window(wish, zone, day_halves)
    assert starts_at is not None
    assert ends_at is not None
    return f"{starts_at.instant:%Y-%m-%d %H:%M}", f"{ends_at.instant:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("zone", "wish", "starts_at", "ends_at"),
    [
        (VIENNA, days("2027-08-02", "2027-08-06"), "2027-08-01 22:00", "2027-08-06 22:00"),
        ("Asia/Seoul", days("2027-08-02", "2027-08-06"), "2027-08-01 15:00", "2027-08-06 15:00"),
        # The days on which the clocks change have 23 and 25 hours.
        (VIENNA, days("2027-03-28"), "2027-03-27 23:00", "2027-03-28 22:00"),
        (VIENNA, days("2027-10-31"), "2027-10-30 22:00", "2027-10-31 23:00"),
        # This one has no midnight: it begins at one.
        ("Africa/Cairo", days("2027-04-30"), "2027-04-29 22:00", "2027-04-30 21:00"),
        # Its last hour comes twice…
        ("America/Santiago", days("2027-04-03"), "2027-04-03 03:00", "2027-04-04 04:00"),
        # …and here the first.
        ("Atlantic/Azores", days("2027-10-31"), "2027-10-31 00:00", "2027-11-01 01:00"),
        (VIENNA, days("2027-08-04", None, MORNING, MORNING), "2027-08-03 22:00", "2027-08-04 11:00"),
        (VIENNA, days("2027-08-04", None, AFTERNOON, AFTERNOON), "2027-08-04 11:00", "2027-08-04 22:00"),
        (
            VIENNA,
            days("2027-08-02", "2027-08-06", AFTERNOON, MORNING),
            "2027-08-02 11:00",
            "2027-08-06 11:00",
        ),
        # Skipped, and shown twice.
        (VIENNA, local("2027-03-28T02:30", "2027-03-28T09:00"), "2027-03-28 01:30", "2027-03-28 07:00"),
        (
            "America/New_York",
            local("2027-11-07T01:30", "2027-11-07T09:00"),
            "2027-11-07 05:30",
            "2027-11-07 14:00",
        ),
        # The clocks were put across the date line by a day: the 29th ends where the 31st begins.
        ("Pacific/Apia", days("2011-12-29"), "2011-12-29 10:00", "2011-12-30 10:00"),
        # At 00:01 the clocks went back to 23:01 of the day before.
        ("America/St_Johns", days("2010-11-07"), "2010-11-07 02:30", "2010-11-08 03:30"),
    ],
)
def test_a_wish_means_these_moments(zone: str, wish: Wish, starts_at: str, ends_at: str):
    assert meant(wish, zone) == (starts_at, ends_at)


def test_the_moments_have_the_offset_that_the_zone_has_then():
    starts_at, ends_at = wishes.window(days("2027-03-28"), VIENNA)
    assert starts_at == Moment(datetime(2027, 3, 27, 23, tzinfo=UTC), timedelta(hours=1))
    assert ends_at == Moment(datetime(2027, 3, 28, 22, tzinfo=UTC), timedelta(hours=2))


def test_a_domain_says_where_its_days_are_halved():
    morning = days("2027-08-04", None, MORNING, MORNING)
    assert meant(morning, VIENNA, time(12, 30)) == ("2027-08-03 22:00", "2027-08-04 10:30")


def test_halves_that_meet_in_a_gap_meet_where_the_clocks_jump_to():
    afternoon = days("2027-03-28", None, AFTERNOON, AFTERNOON)
    assert meant(afternoon, VIENNA, time(2, 30)) == ("2027-03-28 01:30", "2027-03-28 22:00")


@pytest.mark.parametrize("field", ["from", "to"])
def test_a_day_that_the_zone_lacks_is_refused(field: str):
    wish = days("2011-12-30", "2011-12-31") if field == "from" else days("2011-12-28", "2011-12-30")
    with pytest.raises(DayIsSkipped) as refused:
        wishes.window(wish, "Pacific/Apia")
    assert str(refused.value) == (
        f"{field}: The time zone has no such day. In Pacific/Apia there is no 30 December 2011."
    )


def test_a_skipped_day_inside_is_no_mistake():
    assert meant(days("2011-12-29", "2011-12-31"), "Pacific/Apia") == ("2011-12-29 10:00", "2011-12-31 10:00")


def test_what_is_empty_by_the_clocks_is_refused_and_shown_by_them():
    with pytest.raises(WindowIsEmpty) as refused:
        wishes.window(local("2027-03-28T02:30", "2027-03-28T03:15"), VIENNA)
    assert str(refused.value) == (
        "ends_at: The end must lie after the start. In Europe/Vienna it would start at 28 March 2027 03:30+02:00 "
        "and end at 28 March 2027 03:15+02:00. The clocks skip 02:30."
    )


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        (
            {"from": "2027-08-06", "to": "2027-08-02"},
            "to: The end must lie after the start. 2027-08-02 is before",
        ),
        ({"from": "0001-01-01"}, "from: Days are between the years 2 and 9998."),
        ({"from": "2027-02-29"}, "from: The calendar has no such day."),
        ({"from": "20270802"}, "from: A day is written as"),
        ({"from": "٢٠٢٧-08-02"}, "from: A day is written as"),
        ({"to": "2027-08-02"}, "from: A value is required here. It is the first day."),
        ({"from": "2027-08-02", "half": "noon"}, "half: It is morning or afternoon."),
        ({"from": "2027-08-02", "to": "2027-08-03", "half": "morning"}, "half: It is for a single day"),
        ({"from": "2027-08-02", "half": "morning", "toHalf": "morning"}, "half: Say either half, or"),
        (
            {"from": "2027-08-02", "fromHalf": "afternoon", "toHalf": "morning"},
            "to_half: .* the morning is before",
        ),
        ({"from": "2027-08-02", "endsAt": "2027-08-02T09:00:00Z"}, "from: Say either days or times"),
        ({"startsAt": "2027-08-02", "endsAt": "2027-08-03"}, "starts_at: A time is written as"),
        ({"from": "2027-08-02T09:00:00+02:00"}, "from: .* Moments go into startsAt and endsAt, instead of"),
        ({"from": "2027-08-02", "to": "2027-08-02T17:00"}, "to: .* Moments go into startsAt and endsAt"),
        ({"startsAt": "2027-08-02"}, "starts_at: .* Days go into from and to, instead of"),
        ({"startsAt": "2027-08-02T25:00"}, "starts_at: A time is written as"),
        ({"endsAt": "0001-01-01T00:00:00+14:00"}, "ends_at: A time is written as"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_would_be_right(said: dict[str, str], refused: str):
    with pytest.raises(InvalidValue, match=refused):
        wishes.parse(said)


SAID: Final = [
    ({"from": "2027-08-02", "to": "2027-08-06"}, "2 to 6 August 2027, whole days, Europe/Vienna"),
    ({"from": "2027-07-30", "to": "2027-08-06"}, "30 July to 6 August 2027, whole days, Europe/Vienna"),
    (
        {"from": "2027-12-30", "to": "2028-01-02"},
        "30 December 2027 to 2 January 2028, whole days, Europe/Vienna",
    ),
    ({"from": "2027-08-04", "to": "2027-08-04"}, "4 August 2027, whole day, Europe/Vienna"),
    ({"from": "2027-08-04", "to": "2027-08-04", "half": "morning"}, "4 August 2027, morning, Europe/Vienna"),
    (
        {"from": "2027-08-02", "to": "2027-08-06", "fromHalf": "afternoon", "toHalf": "morning"},
        "2 August 2027 afternoon to 6 August 2027 morning, both included, Europe/Vienna",
    ),
    (
        {"startsAt": "2027-08-02T09:00:00", "endsAt": "2027-08-02T17:30:15"},
        "from 2 August 2027 09:00 until 2 August 2027 17:30:15, Europe/Vienna",
    ),
    (
        {"startsAt": "2027-08-02T09:00:00+02:00", "endsAt": "2027-08-02T17:30:00"},
        "from 2 August 2027 09:00+02:00 until 2 August 2027 17:30, Europe/Vienna",
    ),
    ({"endsAt": "2027-08-02T17:30:00"}, "until 2 August 2027 17:30, Europe/Vienna"),
]


@pytest.mark.parametrize(("document", "sentence"), SAID)
def test_a_wish_is_told_and_written_as_it_was_said(document: dict[str, str], sentence: str):
    wish = wishes.from_document(document)
    assert wishes.describe(wish, VIENNA) == sentence
    assert wishes.to_document(wish) == document


def test_nothing_said_is_no_wish():
    assert wishes.parse({"from": None, "message": "Away"}) is None


def test_a_single_day_needs_no_end():
    assert wishes.parse({"from": "2027-08-04", "fromHalf": "afternoon"}) == days(
        "2027-08-04", None, AFTERNOON, AFTERNOON
    )


def test_moments_with_offsets_are_kept_as_moments_alone():
    wish = wishes.parse({"startsAt": "2027-08-02T09:00:00+02:00", "endsAt": "2027-08-02T17:00:00Z"})
    assert wish is not None
    assert wishes.planned(wish, "Asia/Seoul", domain_zone=VIENNA, day_halves=NOON) == Planned(
        Moment(datetime(2027, 8, 2, 7, tzinfo=UTC), timedelta(hours=2)),
        Moment(datetime(2027, 8, 2, 17, tzinfo=UTC)),
        wish=None,
        zone=None,
    )


@pytest.mark.parametrize(
    ("zone", "starts_at"), [(None, "2027-08-01 22:00"), ("Asia/Seoul", "2027-08-01 15:00")]
)
def test_days_are_those_of_the_domain_unless_a_zone_is_named(zone: str | None, starts_at: str):
    wish = days("2027-08-02")
    window = wishes.planned(wish, zone, domain_zone=VIENNA, day_halves=NOON)
    assert window.starts_at is not None
    assert f"{window.starts_at.instant:%Y-%m-%d %H:%M}" == starts_at
    assert (window.wish, window.zone) == (wish, zone)


def test_a_local_time_has_no_offset():
    with pytest.raises(ValueError, match="no offset"):
        Times(datetime(2027, 8, 2, tzinfo=UTC))


zones: Final = st.sampled_from(sorted(available_timezones()))
any_day: Final = st.dates(date(1900, 1, 1), date(2100, 1, 1))
halves: Final = st.times(time(0, 1), time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0))


def instants(wish: Wish, zone: str, day_halves: time = NOON) -> tuple[datetime, datetime]:
    try:
        starts_at, ends_at = wishes.window(wish, zone, day_halves)
    except Refusal:
        assume(condition=False)
    assert starts_at is not None
    assert ends_at is not None
    return starts_at.instant, ends_at.instant


@given(zone=zones, day=any_day)
@example("Africa/Cairo", date(2027, 4, 30))
@example("America/Santiago", date(2027, 4, 3))
@example("Atlantic/Azores", date(2027, 10, 31))
@example("Pacific/Apia", date(2011, 12, 29))
@example("America/St_Johns", date(2010, 11, 6))
def test_a_day_is_from_the_first_instant_with_its_date_to_the_first_with_a_later_one(zone: str, day: date):
    there = ZoneInfo(zone)
    for instant, is_at_start in zip(instants(Days(day, day), zone), (True, False), strict=True):
        before, after = (
            (instant - gap).astimezone(there).date() for gap in (timedelta(seconds=1), timedelta())
        )
        assert before < after
        assert (after == day) is is_at_start


@given(zone=zones, first=any_day, length=st.integers(0, 40), more=st.integers(1, 40))
def test_consecutive_days_touch_and_are_together_the_whole(zone: str, first: date, length: int, more: int):
    last = first + timedelta(days=length)
    following, end = last + timedelta(days=1), last + timedelta(days=more)
    earlier, later = instants(Days(first, last), zone), instants(Days(following, end), zone)
    assert earlier[1] == later[0]
    assert (earlier[0], later[1]) == instants(Days(first, end), zone)


@given(zone=zones, day=any_day, day_halves=halves)
def test_the_halves_of_a_day_are_together_the_day(zone: str, day: date, day_halves: time):
    morning = instants(Days(day, day, MORNING, MORNING), zone, day_halves)
    afternoon = instants(Days(day, day, AFTERNOON, AFTERNOON), zone, day_halves)
    assert morning[1] == afternoon[0]
    assert (morning[0], afternoon[1]) == instants(Days(day, day), zone)


@given(zone=zones, instant=st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))
def test_a_moment_as_wished_means_that_moment(zone: str, instant: datetime):
    starts_at, _ = wishes.window(Times(wishes.as_wished(instant, zone)), zone)
    assert starts_at is not None
    assert starts_at.instant == instant
