"""Messages about invalid settings: the variable, what it takes, and an example."""

import re
from datetime import timedelta
from math import log
from typing import Any, Final, get_args

from pydantic import TypeAdapter
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from config.settings import Settings

#: The types of errors that our own validators raise, with our own messages.
_OUR_OWN: Final = frozenset({"file", "login", "unsafe", "missing", "url"})

_PATTERNS: Final = {
    "host": "an address or a name of this machine, without a port",
    "public_url": "an http:// or https:// URL",
}

#: How ISO 8601 writes a number of each unit.
_SECONDS: Final = "PT{}S"
_UNITS: Final = (
    (_SECONDS, timedelta(seconds=1)),
    ("PT{}M", timedelta(minutes=1)),
    ("PT{}H", timedelta(hours=1)),
    ("P{}D", timedelta(days=1)),
)

#: In seconds.
_QUARTER_OF_AN_HOUR: Final = 900

#: A guess that differs from the default by more than this factor is not what was meant.
_FAR: Final = log(1000)

_DURATION: Final = TypeAdapter(timedelta)


def sentence(error: ErrorDetails) -> str:
    """Describe an error in one line. It quotes no value, except a number that was meant as a duration."""
    name = str(error["loc"][0])
    field = Settings.model_fields[name]
    problem = (
        error["msg"][:1].lower() + error["msg"][1:] if error["type"] in _OUR_OWN else _takes(name, field)
    )
    return f"{variable(name)}: {problem}, for example {variable(name)}={_example(field, error.get('input'))}."


def variable(name: str) -> str:
    """Return the name of the environment variable for this setting."""
    return f"{Settings.model_config['env_prefix']}{name}".upper()


def _takes(name: str, field: FieldInfo) -> str:
    least, most = _bound(field, "ge"), _bound(field, "le")
    if field.annotation is int:
        return f"it takes a whole number {f'from {least} to {most}' if most else f'of {least} or more'}"
    if field.annotation is timedelta:
        at_least = f"from {_iso(least)}" if least else "of more than nothing, up"
        return f"it takes an ISO 8601 duration {at_least} to {_iso(most)}"
    if name in _PATTERNS:
        return f"it takes {_PATTERNS[name]}"
    return f"it takes one of {', '.join(get_args(field.annotation))}"


def _bound(field: FieldInfo, which: str) -> Any:
    return next((bound for each in field.metadata if (bound := getattr(each, which, None)) is not None), None)


def _iso(duration: timedelta) -> str:
    return str(_DURATION.dump_python(duration, mode="json"))


def _example(field: FieldInfo, given: Any) -> str:
    if field.annotation is timedelta and (meant := _meant(str(given), field)):
        return meant
    return str(field.examples[0] if field.examples else field.default)


def _meant(given: str, field: FieldInfo) -> str | None:
    """Guess the duration that a bare number stands for.

    Whole quarters of an hour in seconds, such as 3600, are seconds, unless that is far from the default. Any other
    number is in the unit that brings it nearest to the default.
    """
    number = given.strip()
    if not re.fullmatch(r"[1-9]\d{0,8}", number):
        return None
    least, most = _bound(field, "ge") or timedelta(0), _bound(field, "le")
    distances = {
        form: abs(log(int(number) * (unit / field.default)))
        for form, unit in _UNITS
        if least <= int(number) * unit <= most
    }
    if int(number) % _QUARTER_OF_AN_HOUR == 0 and distances.get(_SECONDS, _FAR) < _FAR:
        return _SECONDS.format(number)
    return min(distances, key=distances.__getitem__).format(number) if distances else None
