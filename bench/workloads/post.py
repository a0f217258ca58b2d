"""Bookings of reserved statuses over HTTP, compared with pgbench, which runs the same statements."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from subprocess import Popen
from typing import Final

from bench import api, usage
from bench.posting import booking, load, pgbench, statements
from bench.posting.load import CLIENTS, Load
from bench.result import Result, lateness
from bench.systems import presently
from bench.workloads import Run
from bench.workspace import Workspace

COUNT: Final = 4000
SYSTEMS: Final = ("presently", "floor")
ABOUT: Final = (
    "`POST …/user-profile-statuses` of a reserved status to an API of two processes: the first half of the "
    "bookings as fast as eight connections can, which gives `per second`; the second half at half that pace, "
    "which gives the latency of the responses in milliseconds. The floor is pgbench: the statements of such a "
    "booking, prepared, from eight connections."
)

#: Books for the people of a range, at so many per second, or as fast as it can.
_Book = Callable[[range, float | None], Load]


def measure(run: Run, workspace: Workspace) -> Result:
    """Measure the responses' latency at half load, and the throughput at full load."""
    asked = _api if run.system == "presently" else _floor
    with asked(workspace, run.workload.count) as (book, processes):
        first, full_ends, half_ends = _parts(run.workload.count)
        book(range(1, first), None)
        before, database_before = usage.total_cpu_seconds(processes), workspace.database.cpu_seconds()
        full = book(range(first, full_ends), None)
        half = book(range(full_ends, half_ends), full.per_second / 2)
        return Result(
            system=run.system,
            workload=run.workload.name,
            n=half_ends - first,
            lateness_ms=lateness(half.took_ms),
            cpu_s=round(usage.total_cpu_seconds(processes) - before, 2),
            database_cpu_s=round(workspace.database.cpu_seconds() - database_before, 2),
            rss_mb=round(usage.total_rss_mb(processes), 1),
            lost=full.refused + half.refused,
            doubled=0,
            further={"per_second": round(full.per_second, 1)},
        )


def _parts(count: int) -> tuple[int, int, int]:
    """Return the first person of full load, and the ends of full load and of half load; those before are the warm-up.

    Every client gets equal parts. The last person is left out, because the floor records its statements with them.
    """
    first = 1 + count // 10 // CLIENTS * CLIENTS
    each = (count - first) // 2 // CLIENTS * CLIENTS
    return first, first + each, first + 2 * each


@contextmanager
def _api(workspace: Workspace, _count: int) -> Iterator[tuple[_Book, Sequence[Popen[bytes]]]]:
    with api.running(workspace) as target:
        headers = booking.headers(target.settings)
        yield (
            lambda people, pace: load.post(target.address, headers, people, per_second=pace),
            [target.process],
        )


@contextmanager
def _floor(workspace: Workspace, count: int) -> Iterator[tuple[_Book, Sequence[Popen[bytes]]]]:
    script = statements.script(presently.settings_at(workspace), count)

    def book(people: range, pace: float | None) -> Load:
        return pgbench.run(script, workspace.database.url, workspace.folder, people, per_second=pace)

    yield book, []
