"""Documents the errors of this dialect in OpenAPI, with examples made from real responses."""

import json
from http import HTTPStatus
from typing import Any, Final

from api.grommunio.errors import failed, refused
from api.grommunio.schemas import AccessDenied, BadRequest, Message
from domain.refusals import NotAllowed, PersonUnknown, TokenExpired, TooManyRequests, WindowIsOver

#: The response to a save.
SUCCESS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/json": {"example": {"message": "Success"}}}}
}

_ERRORS: Final = (
    (
        "The request does not match the schema, or asks for something impossible",
        BadRequest,
        refused(WindowIsOver("endTime")),
    ),
    ("No valid token or login", AccessDenied, refused(TokenExpired())),
    ("The token or login does not allow this", Message, refused(NotAllowed())),
    ("No such user or domain", Message, refused(PersonUnknown())),
    (
        "The body is larger than 10 MB, or has too many values",
        Message,
        failed(HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    ),
    ("Too many requests, or too many failed logins", Message, refused(TooManyRequests())),
    ("Something went wrong here", Message, failed(HTTPStatus.INTERNAL_SERVER_ERROR)),
    (
        "The store cannot be reached or is busy; `Retry-After` says when to try again",
        Message,
        failed(HTTPStatus.SERVICE_UNAVAILABLE),
    ),
)


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the error responses with these statuses."""
    return {
        answer.status_code: {
            "model": model,
            "description": description,
            "content": {"application/json": {"example": json.loads(bytes(answer.body))}},
        }
        for description, model, answer in _ERRORS
        if answer.status_code in statuses
    }
