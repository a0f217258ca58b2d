"""The checks that a tool of its own does, each set up in `pyproject.toml`."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from config.settings import ROOT


def output_of_failure(*command: str, environment: Mapping[str, str] | None = None) -> str:
    """Return what `command` says when it fails, and nothing when it succeeds."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return (done.stdout or f"{command[0]} failed without a word.") if done.returncode else ""


def format_() -> str:
    """Return where the source is not formatted as ruff would."""
    return output_of_failure(sys.executable, "-m", "ruff", "format", "--check", "--quiet", ".")


def lint() -> str:
    """Return ruff's complaints."""
    return output_of_failure(sys.executable, "-m", "ruff", "check", "--quiet", "--output-format=concise", ".")


def types() -> str:
    """Return mypy's complaints."""
    return output_of_failure(sys.executable, "-m", "mypy", "--no-error-summary")


def imports() -> str:
    """Return which import goes against the direction of the rooms."""
    return output_of_failure(str(Path(sys.executable).with_name("lint-imports")))
