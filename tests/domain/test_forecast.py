"""What a person would show after a write that is only tried."""

from dataclasses import replace
from datetime import datetime

import pytest

from domain.forecast import Forecast, WarningKind, forecast
from domain.status import Status
from domain.wishes import Times, describe, window
from tests.builders import DAY, HOUR, NINE, a_reserved_status, a_status

HOME = a_status(id="home")


def leave(status_id: str = "leave", *, days: int = 1, lasts: int = 1, sequence: int = 2) -> Status:
    starts_at = NINE + days * DAY
    return a_reserved_status(
        id=status_id, starts_at=starts_at, ends_at=starts_at + lasts * DAY, sequence=sequence
    )


def told(found: Forecast) -> list[tuple[WarningKind, str | None]]:
    return [(warning.kind, warning.other.id if warning.other else None) for warning in found.warnings]


def shown(found: Forecast) -> list[str | None]:
    return [segment.shown.id if segment.shown else None for segment in found.segments]


def test_nothing_changes_nothing():
    assert forecast([HOME], [HOME], NINE, "Europe/Vienna") == Forecast((), ())


def test_a_status_that_covers_tells_which_and_when():
    new = leave()
    found = forecast([HOME], [HOME, new], NINE, "Europe/Vienna")
    assert shown(found) == ["leave"]
    assert told(found) == [(WarningKind.COVERS, "home")]
    (warning,) = found.warnings
    assert (warning.starts_at, warning.ends_at) == (new.in_force_at, new.window.ends_at)


def test_one_that_others_cover_is_never_shown():
    before = [leave("first", days=1, lasts=3)]
    later = [leave("second", days=1, lasts=3, sequence=5)]
    found = forecast([*before, *later], [*later, leave("first", days=1, lasts=2)], NINE, "Europe/Vienna")
    assert shown(found)[0] == "second"
    assert told(found) == [(WarningKind.COVERED, "second"), (WarningKind.NEVER_SHOWN, None)]


def test_a_partial_overlap_is_shown_where_nothing_covers():
    other = leave("other", days=2, sequence=3)
    found = forecast([other], [other, leave(lasts=3)], NINE, "Europe/Vienna")
    assert shown(found) == ["leave", "other", "leave"]
    assert told(found) == [(WarningKind.COVERED, "other")]


def test_what_is_cancelled_shows_what_comes_back():
    found = forecast([HOME, leave()], [HOME], NINE + HOUR, "Europe/Vienna")
    assert shown(found) == ["home"]
    assert told(found) == []


def test_one_without_an_end_is_forecast_for_a_month():
    found = forecast([], [HOME], NINE, "Europe/Vienna")
    (segment,) = found.segments
    assert segment.ends_at - segment.starts_at == 31 * DAY


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2027, 3, 28, 2, 30), "The clocks skip 02:30 on 28 March 2027; 03:30 is meant"),
        (datetime(2027, 10, 31, 2, 30), "The clocks show 02:30 twice on 31 October 2027; the first is meant"),
        (datetime(2027, 3, 28, 3, 0), None),
        (datetime(2027, 10, 31, 3, 0), None),
    ],
)
def test_it_warns_of_times_that_the_clocks_skip_or_show_twice(at: datetime, said: str | None):
    wish = Times(at, at + DAY)
    starts_at, ends_at = window(wish, "Europe/Vienna")
    assert starts_at is not None
    assert ends_at is not None
    new = replace(leave(), starts_at=starts_at, in_force_at=starts_at.instant, ends_at=ends_at, wish=wish)
    (*warnings,) = forecast([], [new], NINE, "Europe/Vienna").warnings
    assert [warning.said for warning in warnings] == ([f"{said}."] if said else [])
    assert describe(wish, "Europe/Vienna").endswith(f"Europe/Vienna. {said}" if said else "Europe/Vienna")
