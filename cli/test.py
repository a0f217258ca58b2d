"""`./presently test`: the whole test suite, or what pytest's arguments choose of it."""

import os
import sys

import typer

#: Whatever is said goes to pytest, `--help` too.
CONTEXT_SETTINGS = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def main(context: typer.Context) -> None:
    """Run the tests, on SQLite and on PostgreSQL; arguments go to pytest. `--faults` runs the fault suite, whole."""
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *context.args])
