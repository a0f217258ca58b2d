"""Bookings of reserved statuses over HTTP, compared with pgbench, which runs the same statements."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from subprocess import Popen
from typing import Final

from bench import usage
from bench.posting import booking, load, pgbench, statements
from bench.posting.load import CLIENTS, Load
from bench.result import Result, lateness
from bench.systems import presently
from bench.workloads import Run
from bench.workspace import Workspace
from cli import ports
from config.settings import Settings
from harness.waiting import wait_until

COUNT: Final = 4000
SYSTEMS: Final = ("presently", "floor")
ABOUT: Final = (
    "`POST …/user-profile-statuses` of a reserved status to an API of two processes: the first half of the "
    "bookings as fast as eight connections can, which gives `per second`; the second half at half that pace, "
    "which gives the latency of the responses in milliseconds. The floor is pgbench: the statements of such a "
    "booking, prepared, from eight connections."
)

_API_PROCESSES: Final = 2

#: Books for the people of a range, at so many per second, or as fast as it can.
_Book = Callable[[range, float | None], Load]


def measure(run: Run, workspace: Workspace) -> Result:
    """Measure the responses' latency at half load, and the throughput at full load."""
    settings = presently.settings_at(workspace).model_copy(update={"api_processes": _API_PROCESSES})
    asked = _api if run.system == "presently" else _floor
    with asked(workspace, settings, run.workload.count) as (book, processes):
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
def _api(
    workspace: Workspace, settings: Settings, _count: int
) -> Iterator[tuple[_Book, Sequence[Popen[bytes]]]]:
    settings = settings.model_copy(update={"port": ports.any_free()})
    address = f"{settings.host}:{settings.port}"
    headers = booking.headers(settings)
    with presently.process(workspace, settings, "api") as api:
        wait_until(lambda: _is_alive(address))
        yield lambda people, pace: load.post(address, headers, people, per_second=pace), [api]


@contextmanager
def _floor(
    workspace: Workspace, settings: Settings, count: int
) -> Iterator[tuple[_Book, Sequence[Popen[bytes]]]]:
    script = statements.script(settings, count)

    def book(people: range, pace: float | None) -> Load:
        return pgbench.run(script, workspace.database.url, workspace.folder, people, per_second=pace)

    yield book, []


def _is_alive(address: str) -> bool:
    with closing(HTTPConnection(address)) as connection:
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == HTTPStatus.OK
        except OSError:
            return False
