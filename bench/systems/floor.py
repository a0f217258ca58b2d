"""The floor, the minimum for any system: one loop that sends PostgreSQL the effect with its events, and no more."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from bench.effect import PROMOTE_WHAT_IS_DUE, connection
from bench.systems import Running
from bench.workspace import Workspace
from harness.waiting import wait_until

ABOUT: Final = (
    "No scheduler, no broker, no second process: a loop over one connection that reads when the next status is due, "
    "sleeps until then, and promotes the due ones, 500 in one statement with their events."
)
PACKAGES: Final = ("psycopg",)
GRANULARITY: Final = timedelta(microseconds=1)
SECONDS_AN_ENTRY: Final = 0.0

_LONGEST_SLEEP: Final = 0.05  # seconds
_READY: Final = "ready"

_SECONDS_LEFT: Final = """
    SELECT extract(epoch FROM in_force_at - clock_timestamp()) FROM status
    WHERE schedule_type = 'RESERVED' ORDER BY in_force_at, id LIMIT 1"""


@contextmanager
def running(workspace: Workspace) -> Iterator[Running]:
    """Run the loop until the block ends."""
    with workspace.started("loop", "bench.systems.floor") as loop:
        wait_until(lambda: workspace.has_said("loop", _READY))
        write = workspace.database.write
        yield Running(
            {"loop": loop},
            fill=write,
            book=lambda entry: write([entry]),
            cancel=workspace.database.remove,
        )


def main() -> None:
    """Promote due statuses, for ever."""
    database = connection()
    sys.stdout.write(_READY)
    sys.stdout.flush()
    while True:
        (left,) = database.execute(_SECONDS_LEFT).fetchone() or (_LONGEST_SLEEP,)
        if left > 0:
            time.sleep(min(float(left), _LONGEST_SLEEP))
        else:
            database.execute(PROMOTE_WHAT_IS_DUE)


if __name__ == "__main__":
    main()
