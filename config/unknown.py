"""Finding environment variables that look like settings, since a misspelt one must not be ignored silently."""

from difflib import get_close_matches
from typing import Final

from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource

from config.settings import Settings

#: The similarity of PROT and PORT. Kubernetes adds variables for each service (PRESENTLY_SERVICE_HOST,
#: PRESENTLY_PORT_8000_TCP and so on, if the service is called `presently`), which are less similar to any setting.
_ALIKE: Final = 0.75

_PREFIX: Final = str(Settings.model_config["env_prefix"])


def variables() -> tuple[dict[str, str], list[str]]:
    """Return the misspelt variables, each with the nearest setting, and the variables that resemble no setting."""
    names = [name.upper() for name in Settings.model_fields]
    meant: dict[str, str] = {}
    foreign: list[str] = []
    for variable in sorted(_given()):
        name = variable.removeprefix(_PREFIX)
        if name in names:
            continue
        if nearest := get_close_matches(name, names, n=1, cutoff=_ALIKE):
            meant[variable] = f"{_PREFIX}{nearest[0]}"
        else:
            foreign.append(variable)
    return meant, foreign


def _given() -> set[str]:
    """Return the variables with our prefix that are not empty, in the environment or in `.env`."""
    sources = (EnvSettingsSource(Settings), DotEnvSettingsSource(Settings))
    variables = {name.upper() for source in sources for name in source.env_vars}
    return {name for name in variables if name.startswith(_PREFIX)}
