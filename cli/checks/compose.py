"""Whether `docker-compose.yml` is what the compose specification allows."""

import re
import shutil
import sys
from typing import Final

from cli.checks.tools import output_of_failure
from config.settings import ROOT

_FILE: Final = ROOT / "docker-compose.yml"
#: `${NAME…}`: what the file wants from the environment.
_VARIABLE: Final = re.compile(r"\$\{(\w+)")


def complaint() -> str:
    """Return what is wrong by the specification's schema, and by Docker itself where it has compose."""
    if not _FILE.is_file():
        return f"{_FILE.name} is missing."
    by_schema = output_of_failure(
        sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(_FILE)
    )
    return by_schema or (_by_docker() if _docker_has_compose() else "")


def _docker_has_compose() -> bool:
    return shutil.which("docker") is not None and not output_of_failure("docker", "compose", "version")


def _by_docker() -> str:
    needed = dict.fromkeys(_VARIABLE.findall(_FILE.read_text()), "anything")
    return output_of_failure(
        "docker", "compose", "--file", str(_FILE), "config", "--quiet", environment=needed
    )
