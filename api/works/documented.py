"""Documents the errors of this dialect in OpenAPI, with examples made from real responses."""

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

from fastapi.responses import JSONResponse

from api.works.errors import failed, refused
from api.works.schemas import Error
from domain.caller import WRITING
from domain.refusals import (
    DefinitionExists,
    PersonUnknown,
    ScopeMissing,
    TokenExpired,
    TooManyRequests,
    WindowIsOver,
)

_ERRORS: Final = (
    (
        "The request does not match the schema, asks for something impossible, or is too large",
        refused(WindowIsOver("endTime")),
    ),
    ("No valid token", refused(TokenExpired())),
    ("The token does not allow this", refused(ScopeMissing(WRITING))),
    ("No such person or status", refused(PersonUnknown())),
    ("Too many requests from this client", refused(TooManyRequests())),
    ("Something went wrong here", failed(HTTPStatus.INTERNAL_SERVER_ERROR)),
    (
        "The store cannot be reached or is busy; `Retry-After` says when to try again",
        failed(HTTPStatus.SERVICE_UNAVAILABLE),
    ),
)


_CONFLICT: Final = (("There is already one with this id", refused(DefinitionExists())),)


def errors(media_type: str) -> dict[int | str, dict[str, Any]]:
    """Return the error responses of a route by status, in this media type."""
    return _answers(_ERRORS, media_type)


def conflict(media_type: str) -> dict[int | str, dict[str, Any]]:
    """Return the error response 409 of a route that adds something that exists already."""
    return _answers(_CONFLICT, media_type)


def _answers(rows: Iterable[tuple[str, JSONResponse]], media_type: str) -> dict[int | str, dict[str, Any]]:
    return {
        answer.status_code: {
            "model": Error,
            "description": description,
            "content": {media_type: {"example": json.loads(bytes(answer.body))}},
        }
        for description, answer in rows
    }
