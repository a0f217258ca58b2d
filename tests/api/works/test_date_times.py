"""Date-times in requests: ISO 8601 to the second, with an offset."""

import pytest

from tests.api.clients import Works, written
from tests.api.works.answers import assert_refused
from tests.builders import HOUR, NINE


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("2026-12-01T09:00:00+09:00", "2026-12-01T09:00:00+09:00"),
        ("2026-12-01T00:00:00Z", "2026-12-01T00:00:00+00:00"),
        ("2026-12-01T00:00:00-00:00", "2026-12-01T00:00:00+00:00"),
        ("2026-12-01T00:00:00+14:00", "2026-12-01T00:00:00+14:00"),
        ("2026-12-01T00:00:00-12:00", "2026-12-01T00:00:00-12:00"),
        # Fractions are accepted and dropped.
        ("2026-12-01T09:00:00.5+09:00", "2026-12-01T09:00:00+09:00"),
        ("2026-12-01T09:00:00.999999999Z", "2026-12-01T09:00:00+00:00"),
        # The calendar's own edges.
        ("2028-02-29T00:00:00Z", "2028-02-29T00:00:00+00:00"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59+00:00"),
        ("9999-12-31T23:59:59+09:00", "9999-12-31T23:59:59+09:00"),
        # The end of a day, as ISO 8601 may write it.
        ("2026-12-01T24:00:00+09:00", "2026-12-02T00:00:00+09:00"),
    ],
)
def test_an_iso_date_time_with_an_offset_is_taken(works: Works, sent: str, meant: str):
    posted = works.posted(endTime=sent)
    assert posted["endTime"] == meant
    assert works.list() == [posted]


@pytest.mark.parametrize("field", ["startTime", "endTime"])
@pytest.mark.parametrize(
    "sent",
    [
        # The offset is part of the documented pattern…
        "2026-12-01T09:00:00",
        "2026-12-01T09:00:00.5",
        # …and has a colon.
        "2026-12-01T09:00:00+0900",
        "2026-12-01T09:00:00+09",
        "2026-12-01T09:00:00+24:00",
        "2026-12-01T09:00:00+09:60",
        "2026-12-01T09:00:00+14:01",
        "2026-12-01T09:00:00-12:01",
        "2026-12-01T09:00:00+09:00:30",
        "2026-12-01T09:00:00 +09:00",
        "2026-12-01T09:00:00z",
        "2026-12-01T09:00:00Z[Asia/Seoul]",
        # Other forms are refused.
        "2026-12-01 09:00:00Z",
        "2026-12-01t09:00:00Z",
        "2026-12-01T09:00Z",
        "2026-12-01T09Z",
        "2026-12-01",
        "20261201T090000Z",
        "2026-W49-2T09:00:00Z",
        "2026-335T09:00:00Z",
        "+2026-12-01T09:00:00Z",
        "2026-12-01T09:00:00,5Z",
        "2026-12-01T09:00:00.Z",
        " 2026-12-01T09:00:00Z",
        "2026-12-01T09:00:00Z\n",
        "\N{FULLWIDTH DIGIT TWO}026-12-01T09:00:00Z",
        "1796083200",
        # These dates or times do not exist.
        "2026-02-30T09:00:00Z",
        "2027-02-29T09:00:00Z",
        "2026-13-01T09:00:00Z",
        "2026-00-01T09:00:00Z",
        "2026-12-01T25:00:00Z",
        "2026-12-01T24:00:01Z",
        "2026-12-01T09:60:00Z",
        "2026-12-01T23:59:60Z",
        # Beyond the calendar, here or in UTC.
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "9999-12-31T24:00:00Z",
        "10000-01-01T00:00:00Z",
    ],
)
def test_anything_else_is_no_date_time(works: Works, field: str, sent: str):
    window = {"startTime": written(NINE + HOUR), "endTime": written(NINE + 2 * HOUR), field: sent}
    assert_refused(works.post(**window), 400, "INVALID_PARAMETER", naming=field)
    assert works.list() == []


@pytest.mark.parametrize(
    "start", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00-12:00", "1900-01-01T00:00:00+09:00"]
)
def test_a_start_may_lie_far_back(works: Works, start: str):
    posted = works.posted(startTime=start, endTime="2027-01-01T00:00:00Z")
    assert posted["scheduleType"] == "PRESENT"
    assert works.list() == [posted]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("2026-12-01T09:00:00+19:00", "The offset from UTC must lie between -12:00 and +14:00"),
        ("2026-12-01T09:00:00+24:00", "The offset from UTC must lie between -12:00 and +14:00"),
        ("2026-12-01T09:00:00+09:60", "The offset from UTC must lie between -12:00 and +14:00"),
        ("2026-12-01T23:59:60Z", "Seconds go to 59"),
        ("2027-02-29T09:00:00Z", "There is no such date and time."),
        ("9999-12-31T23:59:59-12:00", "Years go from 0001 to 9999, in UTC too."),
        ("0000-01-01T00:00:00Z", "Years go from 0001 to 9999, in UTC too."),
    ],
)
def test_what_is_no_date_time_is_told_why(works: Works, sent: str, said: str):
    assert works.post(endTime=sent).json()["description"].startswith(f"endTime: {said}")
