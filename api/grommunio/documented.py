"""What the OpenAPI document says of the errors of this dialect: each with an answer that is really given."""

import json
from http import HTTPStatus
from typing import Any, Final

from api.grommunio.errors import failed, refused
from api.grommunio.schemas import AccessDenied, BadRequest, Message
from domain.refusals import NotAllowed, PersonUnknown, TokenExpired, TooManyRequests, WindowIsOver

#: What a save answers.
SUCCESS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/json": {"example": {"message": "Success"}}}}
}

_ERRORS: Final = (
    (
        "The body is not of the documented form, or asks for what cannot be",
        BadRequest,
        refused(WindowIsOver("endTime")),
    ),
    ("No valid token", AccessDenied, refused(TokenExpired())),
    ("The token is not good for this", Message, refused(NotAllowed())),
    ("No such user in this domain", Message, refused(PersonUnknown())),
    ("The body is larger than 10 MB", Message, failed(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)),
    ("Too many requests, or too many failed logins", Message, refused(TooManyRequests())),
    ("Something went wrong here", Message, failed(HTTPStatus.INTERNAL_SERVER_ERROR)),
    (
        "The store cannot be reached, or is busy; `Retry-After` says when to try again",
        Message,
        failed(HTTPStatus.SERVICE_UNAVAILABLE),
    ),
)


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return these error answers of a route, by status."""
    return {
        answer.status_code: {
            "model": model,
            "description": description,
            "content": {"application/json": {"example": json.loads(bytes(answer.body))}},
        }
        for description, model, answer in _ERRORS
        if answer.status_code in statuses
    }
