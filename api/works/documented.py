"""Documents the errors of this dialect."""

from http import HTTPStatus
from typing import Final

from api.dialect import Failure
from api.documented_errors import DocumentedErrors
from api.works.errors import WorksResponse, failure_response, refusal_response
from api.works.schemas import Error
from domain.principals import WRITING
from domain.refusals import (
    DefinitionExists,
    PersonUnknown,
    ScopeMissing,
    TokenExpired,
    TooManyRequests,
    WindowIsOver,
)

errors: Final = DocumentedErrors(
    (
        "The request does not match the schema, asks for something impossible, or is too large",
        Error,
        refusal_response(WindowIsOver("ends_at")),
    ),
    ("No valid token", Error, refusal_response(TokenExpired())),
    ("The token does not allow this", Error, refusal_response(ScopeMissing(WRITING))),
    ("No such person or status", Error, refusal_response(PersonUnknown())),
    ("There is already one with this id", Error, refusal_response(DefinitionExists())),
    ("Too many requests from this client", Error, refusal_response(TooManyRequests())),
    ("Something went wrong here", Error, failure_response(Failure(status=HTTPStatus.INTERNAL_SERVER_ERROR))),
    (
        "The store cannot be reached or is busy; `Retry-After` says when to try again",
        Error,
        failure_response(Failure(status=HTTPStatus.SERVICE_UNAVAILABLE)),
    ),
    media_type=WorksResponse.media_type,
)

_EVERYWHERE: Final = (400, 401, 403, 404, 429, 500, 503)

#: The errors of every route.
ERRORS: Final = errors(*_EVERYWHERE)
#: The same for routes that answer without a body.
ERRORS_WITHOUT_BODY: Final = errors(*_EVERYWHERE, media_type="application/json")
