"""Fields of a partial change: a field is given, or it stays unchanged. `None` is a value like any other."""

from dataclasses import fields
from enum import Enum
from typing import Any, Final, TypeVar

Value = TypeVar("Value")


class Unchanged(Enum):
    """The type of `UNCHANGED`."""

    UNCHANGED = "unchanged"


#: Stands for a field that a partial change does not give.
UNCHANGED: Final = Unchanged.UNCHANGED


def value_or(current: Value, given: Value | Unchanged) -> Value:
    """Return the given value, or the current one if it stays unchanged."""
    return current if isinstance(given, Unchanged) else given


def given_fields(change: Any) -> dict[str, Any]:
    """Return the fields of a partial change, a dataclass, that it gives, by their names."""
    values = {field.name: getattr(change, field.name) for field in fields(change)}
    return {name: value for name, value in values.items() if value is not UNCHANGED}
