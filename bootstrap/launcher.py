"""Executes `python -m cli` in an environment that holds the requirements of the verb."""

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from bootstrap import environments, requirements
from bootstrap.paths import ROOT
from bootstrap.refusal import CannotStart


def main(arguments: Sequence[str]) -> NoReturn:
    """Execute `python -m cli`, or exit with the reason in one line."""
    try:
        _execute(arguments)
    except CannotStart as reason:
        sys.exit(f"presently: {reason}")
    except KeyboardInterrupt:
        sys.exit(130)


def _execute(arguments: Sequence[str]) -> NoReturn:
    os.chdir(ROOT)
    verb = next((argument for argument in arguments if not argument.startswith("-")), None)
    # By its own path, not through the link: the process stays in this environment when the link changes.
    python = environments.ready(requirements.of(verb)).python
    # Time zones come from the pinned package only: the machine's own copy may have other rules.
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONTZPATH": ""}
    os.execve(python, [str(python), "-m", "cli", *arguments], environment)
