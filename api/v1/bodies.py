"""Bodies of requests: JSON objects whose every name is known, and whose every fault is told at once."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from api import validation_messages
from api.v1 import names

#: How many faults of one object are told.
_MOST = 100


class Body(BaseModel):
    """A JSON object of a request. An unknown name is refused, with the nearest known one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="wrap")
    @classmethod
    def _suggest_names(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(value)
        except ValidationError as error:
            known = [field.alias or name for name, field in cls.model_fields.items()]
            faults = error.errors(include_url=False)[:_MOST]
            raise ValidationError.from_exception_data(
                cls.__name__, [_told(fault, known) for fault in faults]
            ) from None


def _told(fault: Any, known: list[str]) -> InitErrorDetails:
    """Return the fault with a sentence of ours."""
    kind, place = fault["type"], fault["loc"]
    if kind == "extra_forbidden":
        kind, sentence = names.UNKNOWN, names.sentence(str(place[-1]), known)
        place = (*place[:-1], str(place[-1])[: names.LONGEST])
    else:
        sentence = names.of_value(fault)
    ours = PydanticCustomError(_ours(kind), "{sentence}", {"sentence": sentence})
    return InitErrorDetails(type=ours, loc=place, input=fault["input"])


def _ours(kind: str) -> str:
    """Return the type of an error that has a sentence of ours, so that it keeps it."""
    return kind if validation_messages.is_ours(kind) else f"v1_{kind}"
