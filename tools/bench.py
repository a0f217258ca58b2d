"""`./presently bench`: measures the lateness of Presently and its peers."""

import os
import sys

import typer

#: All arguments go to the benchmark, `--help` too.
CONTEXT_SETTINGS = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def main(context: typer.Context) -> None:
    """Measure the lateness of Presently, compared with other schedulers, on temporary servers."""
    os.execv(sys.executable, [sys.executable, "-m", "bench", *context.args])
