"""The checks done by ruff, mypy and import-linter, which are configured in `pyproject.toml`."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from config.settings import ROOT

_CLIENT: Final = ROOT / "clients" / "python"


def output_of_failure(
    *command: str, environment: Mapping[str, str] | None = None, folder: Path = ROOT
) -> str:
    """Run `command`, and return its output if it fails; an empty text if it succeeds."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return (done.stdout or f"{command[0]} failed without a word.") if done.returncode else ""


def format_() -> str:
    """List the files that `ruff format` would change."""
    return output_of_failure(sys.executable, "-m", "ruff", "format", "--check", "--quiet", ".")


def lint() -> str:
    """Return ruff's complaints."""
    return output_of_failure(sys.executable, "-m", "ruff", "check", "--quiet", "--output-format=concise", ".")


def types() -> str:
    """Return mypy's complaints."""
    return output_of_failure(sys.executable, "-m", "mypy", "--no-error-summary")


def imports() -> str:
    """List the imports that break the layers of packages, and those of the client that it must not have."""
    lint_imports = str(Path(sys.executable).with_name("lint-imports"))
    return output_of_failure(lint_imports) + output_of_failure(lint_imports, folder=_CLIENT)
