from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.moments import Moment, at_wall_clock, in_zone, wall_clock
from tests.builders import DAY, HOUR, INSTANT, NINE

VIENNA, NEW_YORK, SEOUL = "Europe/Vienna", "America/New_York", "Asia/Seoul"
SYDNEY, LORD_HOWE, SANTIAGO = "Australia/Sydney", "Australia/Lord_Howe", "America/Santiago"


class TestAMoment:
    @pytest.mark.parametrize("offset", ["+00:00", "+09:00", "-03:30", "+05:45", "+14:00", "-12:00"])
    def test_is_returned_as_it_was_written(self, offset: str):
        written = f"2026-03-16T09:00:00{offset}"
        assert Moment.of(datetime.fromisoformat(written)).written.isoformat() == written

    def test_is_equal_only_if_both_the_instant_and_the_offset_are(self):
        nine = Moment(NINE, 9 * HOUR)
        assert nine == Moment.of(NINE.astimezone(timezone(9 * HOUR)))
        assert nine != Moment(NINE + INSTANT, 9 * HOUR)
        assert nine != Moment(NINE, 8 * HOUR)
        assert nine.instant == Moment(NINE).instant

    @pytest.mark.parametrize("offset", [HOUR + timedelta(seconds=1), HOUR - INSTANT, timedelta(seconds=-1)])
    def test_has_an_offset_of_whole_minutes(self, offset: timedelta):
        with pytest.raises(ValueError, match="whole minutes"):
            Moment(NINE, offset)

    @pytest.mark.parametrize("instant", [NINE.replace(tzinfo=None), NINE.astimezone(timezone(HOUR))])
    def test_has_its_instant_in_utc(self, instant: datetime):
        with pytest.raises(ValueError, match="in UTC"):
            Moment(instant, HOUR)

    def test_is_not_made_of_a_datetime_without_an_offset(self):
        with pytest.raises(ValueError, match="needs an offset"):
            Moment.of(NINE.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("zone", "shown", "meant"),
    [
        # Clocks go forward by an hour: a skipped time moves forward by the gap.
        (VIENNA, "2026-03-29 01:59:59", "2026-03-29 00:59:59"),
        (VIENNA, "2026-03-29 02:00:00", "2026-03-29 01:00:00"),
        (VIENNA, "2026-03-29 02:30:00", "2026-03-29 01:30:00"),
        (VIENNA, "2026-03-29 02:59:59", "2026-03-29 01:59:59"),
        (VIENNA, "2026-03-29 03:00:00", "2026-03-29 01:00:00"),
        (NEW_YORK, "2026-03-08 02:30:00", "2026-03-08 07:30:00"),
        # In the south they go forward in spring too, which is in October.
        (SYDNEY, "2026-10-04 02:30:00", "2026-10-03 16:30:00"),
        # By half an hour on Lord Howe Island.
        (LORD_HOWE, "2026-10-04 01:59:59", "2026-10-03 15:29:59"),
        (LORD_HOWE, "2026-10-04 02:15:00", "2026-10-03 15:45:00"),
        (LORD_HOWE, "2026-10-04 02:30:00", "2026-10-03 15:30:00"),
        # At midnight in Santiago: the day begins at one.
        (SANTIAGO, "2026-09-06 00:00:00", "2026-09-06 04:00:00"),
        (SANTIAGO, "2026-09-05 23:59:59", "2026-09-06 03:59:59"),
        # By a whole day: Samoa had no 30 December.
        ("Pacific/Apia", "2011-12-30 12:00:00", "2011-12-30 22:00:00"),
        # Clocks go back by an hour: of a time that exists twice, the first counts.
        (VIENNA, "2026-10-25 01:59:59", "2026-10-24 23:59:59"),
        (VIENNA, "2026-10-25 02:00:00", "2026-10-25 00:00:00"),
        (VIENNA, "2026-10-25 02:59:59", "2026-10-25 00:59:59"),
        (VIENNA, "2026-10-25 03:00:00", "2026-10-25 02:00:00"),
        (NEW_YORK, "2026-11-01 01:30:00", "2026-11-01 05:30:00"),
        (SYDNEY, "2026-04-05 02:30:00", "2026-04-04 15:30:00"),
        (LORD_HOWE, "2026-04-05 01:45:00", "2026-04-04 14:45:00"),
        (LORD_HOWE, "2026-04-05 02:00:00", "2026-04-04 15:30:00"),
        (SANTIAGO, "2026-04-04 23:30:00", "2026-04-05 02:30:00"),
        # Seoul does not change its clocks.
        (SEOUL, "2026-03-29 02:30:00", "2026-03-28 17:30:00"),
        (SEOUL, "2026-10-25 02:30:00", "2026-10-24 17:30:00"),
        ("UTC", "2026-10-25 02:30:00", "2026-10-25 02:30:00"),
    ],
)
def test_a_wall_clock_means_one_moment(zone: str, shown: str, meant: str):
    moment = at_wall_clock(datetime.fromisoformat(shown), zone)
    assert moment == datetime.fromisoformat(meant).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "meant", "shown"),
    [
        (VIENNA, "2026-03-29 00:59:59", "2026-03-29 01:59:59"),
        (VIENNA, "2026-03-29 01:00:00", "2026-03-29 03:00:00"),
        (VIENNA, "2026-10-25 00:30:00", "2026-10-25 02:30:00"),
        (VIENNA, "2026-10-25 01:30:00", "2026-10-25 02:30:00"),
        (LORD_HOWE, "2026-10-03 15:30:00", "2026-10-04 02:30:00"),
        (SEOUL, "2026-03-16 00:00:00", "2026-03-16 09:00:00"),
    ],
)
def test_a_moment_is_shown_as_the_clocks_of_the_zone_show_it(zone: str, meant: str, shown: str):
    moment = datetime.fromisoformat(meant).replace(tzinfo=UTC)
    assert wall_clock(moment, zone) == datetime.fromisoformat(shown)


def test_the_moment_carries_the_offset_of_that_day():
    assert at_wall_clock(datetime(2026, 3, 28, 9), VIENNA).utcoffset() == timedelta(hours=1)
    assert at_wall_clock(datetime(2026, 3, 29, 9), VIENNA).utcoffset() == timedelta(hours=2)


def test_a_window_across_a_change_lasts_as_long_as_it_lasts():
    """Two times of one zone are compared as moments, not as wall-clock times."""
    before, after = (at_wall_clock(datetime(2026, 3, 29, hour), VIENNA) for hour in (1, 4))
    assert after - before == timedelta(hours=2)


@pytest.mark.parametrize("zone", [VIENNA, NEW_YORK, SYDNEY, LORD_HOWE, SANTIAGO, SEOUL, "Pacific/Kiritimati"])
@given(
    naive=st.datetimes(datetime.min + 2 * DAY, datetime.max - 2 * DAY).map(
        lambda naive: naive.replace(fold=0)
    )
)
def test_what_a_clock_shows_is_shown_again_unless_it_was_left_out(zone: str, naive: datetime):
    shown = wall_clock(at_wall_clock(naive, zone), zone)
    assert shown == naive or timedelta(0) < shown - naive <= timedelta(days=1)


@pytest.mark.parametrize(
    ("zone", "moment", "shown"),
    [
        (SEOUL, datetime.max.replace(tzinfo=UTC), "9999-12-31 23:59:59"),
        (NEW_YORK, datetime.min.replace(tzinfo=UTC), "0001-01-01 00:00:00"),
    ],
)
def test_beyond_the_calendar_clocks_stand_still(zone: str, moment: datetime, shown: str):
    assert wall_clock(moment, zone) == datetime.fromisoformat(shown)


LAST = datetime.max.replace(microsecond=0)


@pytest.mark.parametrize("end", [datetime.min, LAST])
@pytest.mark.parametrize("zone", ["UTC", SEOUL, NEW_YORK, VIENNA, "Pacific/Kiritimati", "Etc/GMT+12"])
def test_the_first_and_the_last_second_of_the_calendar_come_back_in_every_zone(zone: str, end: datetime):
    moment = at_wall_clock(end, zone)
    assert wall_clock(moment, zone) == wall_clock(in_zone(moment.astimezone(UTC), zone), zone) == end


@pytest.mark.parametrize(
    ("zone", "naive", "end"),
    [(NEW_YORK, LAST - HOUR, LAST), (SEOUL, datetime.min + HOUR, datetime.min)],
)
def test_a_time_outside_of_the_calendar_is_its_nearest_second(zone: str, naive: datetime, end: datetime):
    assert at_wall_clock(naive, zone) == end.replace(tzinfo=UTC)


def test_an_offset_that_cannot_be_written_is_not_kept():
    """Before standard time, Vienna's clocks were 1 h 5 min 21 s ahead."""
    moment = at_wall_clock(datetime(1890, 1, 1), VIENNA)
    assert moment.isoformat() == "1889-12-31T22:54:39+00:00"


@given(st.datetimes(datetime.min + 2 * DAY, datetime.max - 2 * DAY, timezones=st.just(UTC)))
def test_a_zone_without_changes_gives_every_moment_back(moment: datetime):
    assert at_wall_clock(wall_clock(moment, "Etc/GMT-9"), "Etc/GMT-9") == moment
