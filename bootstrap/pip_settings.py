"""Translates pip's settings for package indexes into uv's, which reads neither pip's files nor its variables."""

import ast
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

#: If a setting is in several sections, the later section counts.
_SECTIONS: Final = ("global", "install", ":env:")
_TRUE: Final = {"1", "true", "yes", "on", "y", "t"}

#: With uv's older names, which every version of uv knows. The last two are not specific to uv.
_VARIABLES: Final = {
    "index-url": "UV_INDEX_URL",
    "extra-index-url": "UV_EXTRA_INDEX_URL",
    "trusted-host": "UV_INSECURE_HOST",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "client-cert": "SSL_CLIENT_CERT",
    "cert": "SSL_CERT_FILE",
}


def read(pip: Sequence[str]) -> dict[str, str]:
    """Return pip's settings from its files and variables, by their names in a file."""
    listed = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=False).stdout
    found = [line.partition("=") for line in listed.splitlines() if line.startswith(_SECTIONS)]
    settings: dict[str, str] = {}
    for section in _SECTIONS:
        settings |= {
            name.removeprefix(f"{section}."): str(ast.literal_eval(value))
            for name, _, value in found
            if name.startswith(f"{section}.")
        }
    return settings


def variables(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the same settings as variables for uv. They may contain passwords, so they must not be arguments."""
    translated = {
        _VARIABLES[name]: " ".join(value.split()) for name, value in settings.items() if name in _VARIABLES
    }
    if "find-links" in settings:
        translated["UV_FIND_LINKS"] = ",".join(settings["find-links"].split())
    if "proxy" in settings:
        translated |= dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), settings["proxy"])
    return translated


def arguments(settings: Mapping[str, str]) -> Iterator[str]:
    """Yield arguments for the settings for which uv has no variable."""
    if settings.get("no-index", "").lower() in _TRUE:
        yield "--no-index"
