"""What new rules of a time zone do to a status: starts ahead and ends not reached move, and nothing goes back."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final

import pytest

from domain import wishes
from domain.moments import Moment
from domain.status import ScheduleType, Status, promoted
from domain.wishes import NOON, Days, Half, Times
from domain.zone_changes import following
from domain.zones import fingerprint
from tests.builders import INSTANT, a_reserved_status, a_status
from tests.tzif import NEWER, OLDER, VANCOUVER, folder_of_rules, rules

WORKDAY: Final = Times(datetime(2027, 12, 6, 9), datetime(2027, 12, 6, 17))
_HOUR: Final = timedelta(hours=1)


def utc(hour: int, minute: int = 0, day: int = 6) -> datetime:
    return datetime(2027, 12, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def workday(tmp_path: Path) -> Status:
    """Return a status of a day from nine to five in Vancouver, by the older rules: 17:00 to 01:00 UTC."""
    with rules(folder_of_rules(tmp_path / "older", OLDER)):
        starts_at, ends_at = wishes.window(WORKDAY, VANCOUVER)
    assert starts_at is not None
    assert ends_at is not None
    assert (starts_at.instant, ends_at.instant) == (utc(17), utc(1, day=7))
    status = a_reserved_status(wish=WORKDAY, zone=VANCOUVER)
    return replace(status, starts_at=starts_at, ends_at=ends_at, in_force_at=starts_at.instant)


def by_newer(status: Status, now: datetime, tmp_path: Path) -> Status:
    with rules(folder_of_rules(tmp_path / "newer", NEWER)):
        return following(status, VANCOUVER, NOON, now)


def test_what_lies_ahead_moves_with_the_clocks(workday: Status, tmp_path: Path):
    after = by_newer(workday, utc(9), tmp_path)
    assert after.starts_at == Moment(utc(16), timedelta(hours=-7))
    assert after.ends_at == Moment(utc(0, day=7), timedelta(hours=-7))
    assert (after.in_force_at, after.schedule_type) == (utc(16), ScheduleType.RESERVED)


def test_a_start_that_should_have_come_comes_now(workday: Status, tmp_path: Path):
    now = utc(16, 30)
    after = by_newer(workday, now, tmp_path)
    assert after.starts_at is not None
    assert (after.starts_at.instant, after.in_force_at) == (utc(16), now)


def test_what_is_in_force_stays_so_and_ends_with_the_clocks(workday: Status, tmp_path: Path):
    shown = promoted(workday)
    after = by_newer(shown, utc(17, 30), tmp_path)
    assert after == replace(shown, ends_at=Moment(utc(0, day=7), timedelta(hours=-7)))


@pytest.mark.parametrize("late", [timedelta(minutes=1), timedelta(0)])
def test_an_end_that_should_have_come_comes_now(workday: Status, tmp_path: Path, late: timedelta):
    now = utc(0, 30, day=7)
    shown = replace(promoted(workday), in_force_at=now - late)
    after = by_newer(shown, now, tmp_path)
    assert after.ends_at is not None
    assert after.ends_at.instant == (now if late else now + INSTANT)
    assert after.window.ends_at is not None


def test_what_is_over_and_what_was_said_in_moments_stays(workday: Status, tmp_path: Path):
    assert by_newer(promoted(workday), utc(1, day=7), tmp_path) == promoted(workday)
    moments = replace(workday, wish=None, zone=None)
    assert by_newer(moments, utc(9), tmp_path) == moments


def test_the_same_rules_change_nothing(workday: Status, tmp_path: Path):
    after = by_newer(workday, utc(16, 30), tmp_path)
    assert by_newer(after, utc(16, 31), tmp_path) == after


def test_only_the_end_that_was_said_in_local_time_moves(workday: Status, tmp_path: Path):
    assert workday.starts_at is not None
    status = replace(workday, wish=Times(workday.starts_at, WORKDAY.ends_at))
    after = by_newer(status, utc(9), tmp_path)
    assert (after.starts_at, after.ends_at) == (workday.starts_at, Moment(utc(0, day=7), timedelta(hours=-7)))


def test_a_wish_that_cannot_be_any_more_keeps_its_moments():
    day = date(2011, 12, 30)
    status = a_status(wish=Days(day, day), zone="Pacific/Apia", ends_at=datetime(2011, 12, 31, tzinfo=UTC))
    assert following(status, "Pacific/Apia", NOON, datetime(2011, 12, 30, tzinfo=UTC)) == status


def test_halves_follow_the_domain():
    day = date(2027, 12, 6)
    wish = Days(day, day, Half.MORNING, Half.MORNING)
    starts_at, ends_at = wishes.window(wish, "UTC", NOON)
    assert starts_at is not None
    assert ends_at is not None
    status = a_reserved_status(starts_at=starts_at.written, ends_at=ends_at.written, wish=wish)
    after = following(status, "UTC", time(12, 30), utc(0, day=5))
    assert after == replace(status, ends_at=Moment(utc(12, 30)))


def test_a_fingerprint_tells_the_rules_and_not_how_they_are_written(tmp_path: Path):
    in_package = fingerprint(VANCOUVER)
    found = {}
    for name, rule in (("older", OLDER), ("newer", NEWER), ("same", "MST7")):
        with rules(folder_of_rules(tmp_path / name, rule)):
            found[name] = fingerprint(VANCOUVER)
    assert found["older"] != found["newer"]
    assert found["newer"] == found["same"]
    assert fingerprint(VANCOUVER) == in_package
