"""Checks `docker-compose.yml` against the compose specification."""

import re
import shutil
import sys
from pathlib import Path
from typing import Final

from config.settings import ROOT
from tools.checks.linters import output_of_failure

FILE: Final = ROOT / "docker-compose.yml"
#: `${NAME…}`: a variable that the file takes from the environment.
_VARIABLE: Final = re.compile(r"\$\{(\w+)")


def complaint(file: Path = FILE) -> str:
    """Check the file against the specification's schema, then with `docker compose` if it is installed."""
    if not file.is_file():
        return f"{file.name} is missing."
    by_schema = output_of_failure(
        sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(file)
    )
    return by_schema or (_by_docker(file) if _docker_has_compose() else "")


def _docker_has_compose() -> bool:
    return shutil.which("docker") is not None and not output_of_failure("docker", "compose", "version")


def _by_docker(file: Path) -> str:
    needed = dict.fromkeys(_VARIABLE.findall(file.read_text()), "anything")
    return output_of_failure(
        "docker", "compose", "--file", str(file), "config", "--quiet", environment=needed
    )
