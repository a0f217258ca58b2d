"""Sentences for validation errors. The library's own words never reach a client."""

from collections.abc import Mapping
from typing import Any, Final, get_args

from pydantic_core import core_schema

#: The library's types of errors. Our own validators raise `value_error` or other types, with our own message.
_OF_THE_LIBRARY: Final = frozenset(get_args(core_schema.ErrorType)) - {"value_error"}

#: What would be right, by the type of the error in a body, path or query; `{…}` comes from its context.
MESSAGES: Final[Mapping[str, str]] = {
    "missing": "A value is required here.",
    "string_type": "It must be a string.",
    "string_unicode": "It must be Unicode text.",
    "string_too_short": "It must not be empty.",
    "string_too_long": "It must have {max_length} characters or fewer.",
    "literal_error": "It must be one of {expected}.",
    "enum": "It must be one of {expected}.",
    "bool_type": "It must be true or false.",
    "bool_parsing": "It must be true or false.",
    "int_type": "It must be a whole number.",
    "int_parsing": "It must be a whole number.",
    "int_parsing_size": "It must be a whole number of fewer digits.",
    "int_from_float": "It must be a whole number.",
    "greater_than_equal": "It must be {ge} or more.",
    "less_than_equal": "It must be {le} or less.",
    "list_type": "It must be a list.",
    "too_long": "It must have {max_length} entries or fewer.",
    "dict_type": "It must be a JSON object.",
    "model_type": "It must be a JSON object.",
    "model_attributes_type": "It must be a JSON object.",
}

#: For an error type that is not in the table; tests check that there is none.
UNKNOWN: Final = "This value cannot be used."


def field(error: Mapping[str, Any]) -> str:
    """Return the path of the faulty field, as `autoReplyMail.internal.content`; empty for the whole body."""
    return ".".join(str(part) for part in error["loc"][1:])


def is_ours(kind: str) -> bool:
    """Check whether an error of this type has a message of our own."""
    return kind not in _OF_THE_LIBRARY


def message(error: Mapping[str, Any]) -> str:
    """Describe the error, without the value that was sent."""
    if is_ours(error["type"]):
        return str(error["msg"]).removeprefix("Value error, ")
    return MESSAGES.get(error["type"], UNKNOWN).format_map(_context(error))


def json_error_position(error: Mapping[str, Any]) -> str:
    """Describe where the body stops being JSON; the first character is 1."""
    position = error["loc"][-1]
    return f"from character {position + 1} on" if isinstance(position, int) else "as a whole"


def _context(error: Mapping[str, Any]) -> dict[str, Any]:
    context = dict(error.get("ctx") or {})
    if "expected" in context:
        # The library quotes each: 'BUSY', 'AWAY' or 'ABSENCE'.
        context["expected"] = str(context["expected"]).replace("'", "")
    return context
