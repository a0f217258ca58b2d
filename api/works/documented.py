"""What the OpenAPI document says of the errors of this dialect: each with an answer that is really given."""

import json
from http import HTTPStatus
from typing import Any, Final

from api.works.errors import failed, refused
from api.works.schemas import Error
from domain.caller import WRITING
from domain.refusals import PersonUnknown, ScopeMissing, TokenExpired, WindowIsOver

_ERRORS: Final = (
    (
        "The request is not of the documented form, asks for what cannot be, or is too large",
        refused(WindowIsOver("endTime")),
    ),
    ("No valid token", refused(TokenExpired())),
    ("The token is not good for this", refused(ScopeMissing(WRITING))),
    ("No such person or status", refused(PersonUnknown())),
    ("Something went wrong here", failed(HTTPStatus.INTERNAL_SERVER_ERROR)),
    ("The store cannot be reached", failed(HTTPStatus.SERVICE_UNAVAILABLE)),
)


def errors(media_type: str) -> dict[int | str, dict[str, Any]]:
    """Return the error answers of a route whose other answers are of this media type, by status."""
    return {
        answer.status_code: {
            "model": Error,
            "description": description,
            "content": {media_type: {"example": json.loads(bytes(answer.body))}},
        }
        for description, answer in _ERRORS
    }
