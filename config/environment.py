"""The settings that this process was started with, and in one line what is wrong with them."""

import sys
from collections.abc import Callable

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


def read_or_exit(*checks: Callable[[Settings], object]) -> Settings:
    """Return the settings of API, worker or beat; where they will not do, the process ends with one line and status 1.

    Each of `checks` raises `ValueError` or `LookupError` where it is not content, in words without a secret.

    Raises:
        SystemExit: a variable holds something that its setting cannot be, or a check is not content.
    """
    try:
        settings = read()
        for check in checks:
            check(settings)
    except (ValueError, LookupError) as reason:
        sys.exit(f"presently: {reason}")
    return settings


def _sentence(error: ErrorDetails) -> str:
    prefix = Settings.model_config["env_prefix"]
    variables = " and ".join(f"{prefix}{name}".upper() for name in error["loc"][:1])
    return f"{variables or 'The settings'}: {error['msg'][:1].lower()}{error['msg'][1:]}."
