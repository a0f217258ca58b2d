"""`./presently test`: runs the whole test suite, or the tests that pytest's arguments select."""

import os
import subprocess
import sys
from typing import Final

import typer

#: All arguments go to pytest, `--help` too.
CONTEXT_SETTINGS = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


_PYTEST: Final = (sys.executable, "-m", "pytest")

#: Tests at once: one more than there are processors, because many wait for processes that they have started.
_AT_ONCE: Final = min(os.cpu_count() or 1, 4) + 1

#: First most tests, in parallel; then the timing-sensitive ones, one after the other.
_HALVES: Final = (
    ("-m", "not alone", f"--numprocesses={_AT_ONCE}", "--dist=worksteal"),
    ("-m", "alone"),
)


def main(context: typer.Context) -> None:
    """Run the tests, on SQLite and on PostgreSQL; arguments go to pytest. `--faults` runs the whole fault suite."""
    if context.args:
        os.execv(sys.executable, [*_PYTEST, *context.args])
    raise typer.Exit(max([subprocess.call([*_PYTEST, *half]) for half in _HALVES]))
