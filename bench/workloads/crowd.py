"""Many entries, all added to a system before the first of them is due."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from bench import outcome
from bench.entry import Entry
from bench.result import Result
from bench.systems import load
from bench.workloads import Run
from bench.workspace import Workspace

_SECOND: Final = timedelta(seconds=1)

#: Generous limits for writing a row, and for the work before the first entry.
_SECONDS_A_ROW: Final = 0.0001
_AHEAD: Final = timedelta(seconds=2)


def measure(
    run: Run, workspace: Workspace, entries_from: Callable[[datetime, timedelta], Sequence[Entry]]
) -> Result:
    """Measure the entries that `entries_from` makes from a first due time and the system's granularity."""
    system = load(run.system)
    with system.running(workspace) as running:
        started = outcome.started(workspace, running)
        filling = timedelta(seconds=run.workload.count * (system.SECONDS_AN_ENTRY + _SECONDS_A_ROW))
        begins_at = (workspace.database.now() + filling + _AHEAD + _SECOND).replace(microsecond=0)
        entries = entries_from(begins_at, system.GRANULARITY)
        running.fill(entries)
        workspace.database.settle()
        is_in_time = workspace.database.now() < begins_at
        has_ended = outcome.wait(workspace.database, run.workload.count, entries[-1].due_at, run.patience)
        result = started.result(run, has_ended=has_ended)
    if is_in_time:
        return result
    return result.model_copy(update={"note": "Not all entries were added when the first was due."})
