"""The settings that this process was started with, and in one line what is wrong with them."""

import sys
from collections.abc import Callable

from pydantic import ValidationError

from config import complaints, unknown
from config.settings import Settings


class BadSettings(ValueError):
    """Which variables hold something that their settings cannot be, or are misspelt, and what would be right."""


def read() -> Settings:
    """Return the settings; of variables with our prefix that are nothing like a setting, standard error has a line.

    Raises:
        BadSettings: a variable holds something that its setting cannot be, or has the name of a setting but for a slip.
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
