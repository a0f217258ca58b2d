"""The settings that this process was started with, and in one line what is wrong with them."""

import sys

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from config.settings import Settings


class BadSettings(ValueError):
    """Which variables hold something that their settings cannot be, and why; no value is quoted."""


def read() -> Settings:
    """Return the settings.

    Raises:
        BadSettings: a variable holds something that its setting cannot be.
    """
    try:
        return Settings()
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False, include_context=False)
        raise BadSettings(" ".join(map(_sentence, wrong))) from None


def read_or_exit() -> Settings:
    """Return the settings of API, worker or beat; where they will not do, the process ends with that line and status 1.

    Raises:
        SystemExit: a variable holds something that its setting cannot be, or no broker is set, and none was started.
    """
    try:
        settings = read()
        _ = settings.redis_url  # is asked for long before it is used
    except (BadSettings, LookupError) as reason:
        sys.exit(f"presently: {reason}")
    return settings


def _sentence(error: ErrorDetails) -> str:
    prefix = Settings.model_config["env_prefix"]
    variables = " and ".join(f"{prefix}{name}".upper() for name in error["loc"][:1])
    return f"{variables or 'The settings'}: {error['msg'][:1].lower()}{error['msg'][1:]}."
