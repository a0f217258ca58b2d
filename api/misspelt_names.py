"""Refuses misspelt names: those that differ from a known name only in case, `_` or `-`.

Other unknown names are ignored, because clients send more than they must. Ignoring a misspelt one does harm:
`starttime` would book an absence from now.
"""

from collections.abc import Iterable
from typing import Any, Final

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from pydantic import BaseModel, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from domain.refusals import InvalidValue


class NameMisspelt(InvalidValue):
    """There is no such name."""


#: The type of the validation error.
MISSPELT: Final = "misspelt"

#: Longer names are not checked: none is a misspelling, and the response would repeat it.
_LONGEST: Final = 64


def misspelt(given: Iterable[object], known: Iterable[str]) -> dict[str, str]:
    """Find the misspelt names among those given, each with its right spelling."""
    spellings = {_folded(name): name for name in known}
    return {
        name: spellings[_folded(name)]
        for name in given
        if isinstance(name, str) and len(name) <= _LONGEST and spellings.get(_folded(name), name) != name
    }


def check(given: Iterable[str], known: Iterable[str]) -> None:
    """Raise `NameMisspelt` if one of the given names is misspelt."""
    for name, right in misspelt(given, known).items():
        raise _refusal(name, right)


async def check_query(request: Request) -> None:
    """Raise `NameMisspelt` if the query misspells a parameter of the route."""
    if request.query_params:
        parameters = get_flat_params(request.scope["route"].dependant)
        known = (field.alias for field in parameters if isinstance(field.field_info, Query))
        check(request.query_params, known)


class CheckedNames(BaseModel):
    """A JSON object that refuses misspelt keys."""

    @model_validator(mode="before")
    @classmethod
    def _check_names(cls, value: Any) -> Any:
        known = (field.alias or name for name, field in cls.model_fields.items())
        wrong = misspelt(value, known) if isinstance(value, dict) else {}
        if wrong:
            raise ValidationError.from_exception_data(cls.__name__, [_error(*pair) for pair in wrong.items()])
        return value


def _error(name: str, right: str) -> InitErrorDetails:
    refusal = _refusal(name, right)
    sentence = f"{refusal.__doc__} {refusal.hint}"
    error = PydanticCustomError(MISSPELT, "{sentence}", {"sentence": sentence})
    return InitErrorDetails(type=error, loc=(name,), input=None)


def _refusal(name: str, right: str) -> NameMisspelt:
    return NameMisspelt(name, hint=f"Use {right}.")


def _folded(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
