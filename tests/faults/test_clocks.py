"""A machine with a wrong or jumping clock does no harm: everything uses the store's clock."""

import os
import platform
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from config.settings import ROOT
from tests.faults.audit import audit, during
from tests.faults.bookings import book
from tests.faults.conftest import everybody
from tests.faults.moments import wait_for_storm
from tests.journey.deployment import Deployment

#: Python sleeps until a time of the monotonic clock, with which libfaketime 0.9 fails; this makes it sleep for a span.
_SLEEP: Final = "import select, time\ntime.sleep = lambda seconds: select.select([], [], [], seconds)\n"

_LIBRARY: Final = Path(f"/usr/lib/{platform.machine()}-linux-gnu/faketime/libfaketime.so.1")


@pytest.fixture
def wrong_clock(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a process whose clock is wrong by the offset in a file."""
    if not _LIBRARY.exists():
        pytest.skip("Wrong clocks were not tried: there is no libfaketime (Debian's package `faketime`).")
    file = tmp_path / "offset"
    (tmp_path / "sitecustomize.py").write_text(_SLEEP)
    return {
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]),
        "LD_PRELOAD": str(_LIBRARY),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


@pytest.mark.whole
@pytest.mark.parametrize("wrong", ["beat", "worker"])
@pytest.mark.parametrize(("at_first", "later"), [("+60s", "+60s"), ("-60s", "-60s"), ("+60s", "-60s")])
def test_a_clock_that_is_off_by_a_minute_or_steps_back_makes_nothing_early_or_late(
    postgresql_deployment: Deployment, wrong_clock: dict[str, str], wrong: str, at_first: str, later: str
):
    offset = Path(wrong_clock["FAKETIME_TIMESTAMP_FILE"])
    offset.write_text(at_first)
    postgresql_deployment.kill(wrong)
    postgresql_deployment.forget_heartbeats()
    postgresql_deployment.start(wrong, environment=wrong_clock)
    postgresql_deployment.wait_for_heartbeat(wrong)
    try:
        bookings = book(postgresql_deployment, everybody(postgresql_deployment))
        wait_for_storm(postgresql_deployment, bookings, timedelta(milliseconds=-20))

        offset.write_text(later)

        audit(postgresql_deployment, bookings, during())
    finally:
        postgresql_deployment.kill(wrong)
