"""Documents the errors of this dialect."""

from http import HTTPStatus
from typing import Final

from api.dialect import Failure
from api.documented_errors import DocumentedErrors, Responses
from api.grommunio.errors import failure_response, refusal_response
from api.grommunio.schemas import AccessDenied, BadRequest, Message
from domain.refusals import NotAllowed, PersonUnknown, TokenExpired, TooManyRequests, WindowIsOver

#: The response to a save.
SUCCESS: Final[Responses] = {200: {"content": {"application/json": {"example": {"message": "Success"}}}}}

errors: Final = DocumentedErrors(
    (
        "The request does not match the schema, or asks for something impossible",
        BadRequest,
        refusal_response(WindowIsOver("ends_at")),
    ),
    ("No valid token or login", AccessDenied, refusal_response(TokenExpired())),
    ("The token or login does not allow this", Message, refusal_response(NotAllowed())),
    ("No such user or domain", Message, refusal_response(PersonUnknown())),
    (
        "The body is larger than 10 MB, or has too many values",
        Message,
        failure_response(Failure(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)),
    ),
    ("Too many requests, or too many failed logins", Message, refusal_response(TooManyRequests())),
    (
        "Something went wrong here",
        Message,
        failure_response(Failure(status=HTTPStatus.INTERNAL_SERVER_ERROR)),
    ),
    (
        "The store cannot be reached or is busy; `Retry-After` says when to try again",
        Message,
        failure_response(Failure(status=HTTPStatus.SERVICE_UNAVAILABLE)),
    ),
)
