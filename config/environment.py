"""Reading the settings of this process, with one-line errors."""

import sys
from collections.abc import Callable

from pydantic import ValidationError

from config import complaints, unknown
from config.settings import Settings


class BadSettings(ValueError):
    """Variables are invalid or misspelt; the message names them and says what is valid."""


def read() -> Settings:
    """Read the settings. Variables with our prefix that resemble no setting are reported on standard error.

    Raises:
        BadSettings: a variable has an invalid value or a misspelt name.
    """
    misspelt, foreign = unknown.variables()
    if misspelt:
        slips = (f"There is no setting {name}; did you mean {meant}?" for name, meant in misspelt.items())
        raise BadSettings(" ".join(slips))
    try:
        settings = Settings()
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_context=False)
        raise BadSettings(" ".join(map(complaints.sentence, wrong))) from None
    if foreign:
        sys.stderr.write(f"presently: not a setting, and ignored: {', '.join(foreign)}.\n")
    return settings


def read_or_exit(*checks: Callable[[Settings], object]) -> Settings:
    """Read the settings of API, worker or beat; if they are invalid, exit with one line and status 1.

    Each of `checks` raises `ValueError` or `LookupError` if it fails, with a message without secrets.

    Raises:
        SystemExit: a variable is invalid, or a check fails.
    """
    try:
        settings = read()
        for check in checks:
            check(settings)
    except (ValueError, LookupError) as reason:
        sys.exit(f"presently: {reason}")
    return settings
