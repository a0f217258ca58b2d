"""`./presently bench`: how late Presently is, measured beside its peers."""

import os
import sys

import typer

#: Whatever is said goes to the benchmark, `--help` too.
CONTEXT_SETTINGS = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def main(context: typer.Context) -> None:
    """Measure how late Presently is, beside its peers; on servers that are thrown away afterwards."""
    os.execv(sys.executable, [sys.executable, "-m", "bench", *context.args])
