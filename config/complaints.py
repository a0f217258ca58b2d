"""Messages about invalid settings: the variable, what it takes, and an example."""

import re
from datetime import timedelta
from itertools import starmap
from math import log
from typing import Any, Final, get_args

from pydantic import TypeAdapter
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from config.settings import Settings

#: The types of errors that our own validators raise, with our own messages.
_OUR_OWN: Final = frozenset({"file", "login", "unsafe", "missing"})

_PATTERNS: Final = {
    "host": "an address or a name of this machine, without a port",
    "public_url": "an http:// or https:// URL",
}

#: How ISO 8601 writes a number of each unit.
_UNITS: Final = (
    ("PT{}S", timedelta(seconds=1)),
    ("PT{}M", timedelta(minutes=1)),
    ("PT{}H", timedelta(hours=1)),
    ("P{}D", timedelta(days=1)),
)

_DURATION: Final = TypeAdapter(timedelta)


def sentence(error: ErrorDetails) -> str:
    """Describe an error in one line. It quotes no value, except a number that was meant as a duration."""
    name = str(error["loc"][0])
    field = Settings.model_fields[name]
    said = error["msg"][:1].lower() + error["msg"][1:] if error["type"] in _OUR_OWN else _takes(name, field)
    return f"{variable(name)}: {said}, for example {variable(name)}={_example(field, error.get('input'))}."


def variable(name: str) -> str:
    """Return the name of the environment variable for this setting."""
    return f"{Settings.model_config['env_prefix']}{name}".upper()


def _takes(name: str, field: FieldInfo) -> str:
    least, most = _bound(field, "ge"), _bound(field, "le")
    if field.annotation is int:
        return f"it takes a whole number {f'from {least} to {most}' if most else f'of {least} or more'}"
    if field.annotation is timedelta:
        at_least = (
            f" of {_DURATION.dump_python(least, mode='json')} or more" if least else " of more than nothing"
        )
        return f"it takes an ISO 8601 duration{at_least}"
    if name in _PATTERNS:
        return f"it takes {_PATTERNS[name]}"
    return f"it takes one of {', '.join(get_args(field.annotation))}"


def _bound(field: FieldInfo, which: str) -> Any:
    return next((bound for each in field.metadata if (bound := getattr(each, which, None)) is not None), None)


def _example(field: FieldInfo, given: Any) -> str:
    if field.annotation is timedelta and (meant := _meant(str(given), field.default)):
        return meant
    return str(field.examples[0] if field.examples else field.default)


def _meant(given: str, usual: timedelta) -> str | None:
    """Guess the duration that a bare number stands for: in the unit that brings it nearest to the default."""
    number = given.strip()
    if not re.fullmatch(r"[1-9]\d{0,8}", number):
        return None

    def distance(_form: str, unit: timedelta) -> float:
        return abs(log(int(number) * (unit / usual)))

    distances = list(starmap(distance, _UNITS))
    return _UNITS[distances.index(min(distances))][0].format(number)
