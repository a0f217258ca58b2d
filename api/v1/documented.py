"""Documents the errors of this dialect."""

from http import HTTPStatus
from typing import Final

from api import guarded_route
from api.dialect import Failure
from api.documented_errors import DocumentedErrors, Responses
from api.v1.errors import ProblemResponse, failure_response, refusal_response, validation_response
from api.v1.names import UNKNOWN, sentence
from api.v1.schemas import ProblemDetails
from domain.principals import WRITING
from domain.refusals import (
    Changed,
    PersonUnknown,
    ScopeMissing,
    StatusesAreOff,
    TokenExpired,
    TooManyRequests,
)

_UNREADABLE: Final = {"type": guarded_route.UNREADABLE, "loc": ("body",), "msg": "A JSON body is required."}
_UNTIL: Final = {"type": UNKNOWN, "loc": ("body", "until"), "msg": sentence("until", ["from", "to"])}

errors: Final = DocumentedErrors(
    ("The body cannot be read", ProblemDetails, validation_response([_UNREADABLE])),
    ("No valid token", ProblemDetails, refusal_response(TokenExpired())),
    ("The token does not allow this", ProblemDetails, refusal_response(ScopeMissing(WRITING))),
    ("There is no such thing", ProblemDetails, refusal_response(PersonUnknown())),
    ("What is stored does not permit this", ProblemDetails, refusal_response(StatusesAreOff())),
    ("It has changed since it was read (`If-Match`)", ProblemDetails, refusal_response(Changed())),
    (
        "The body is too large",
        ProblemDetails,
        failure_response(Failure(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)),
    ),
    (
        "The body is not JSON",
        ProblemDetails,
        validation_response([{"type": "model_attributes_type", "loc": ("body",), "msg": "", "input": b""}]),
    ),
    ("Values that cannot be used, or unknown names", ProblemDetails, validation_response([_UNTIL])),
    ("Too many requests from this client", ProblemDetails, refusal_response(TooManyRequests())),
    (
        "Something went wrong here",
        ProblemDetails,
        failure_response(Failure(status=HTTPStatus.INTERNAL_SERVER_ERROR)),
    ),
    (
        "The store cannot be reached or is busy; `Retry-After` says when to try again",
        ProblemDetails,
        failure_response(Failure(status=HTTPStatus.SERVICE_UNAVAILABLE)),
    ),
    media_type=ProblemResponse.media_type,
)

#: The errors of every route.
EVERYWHERE: Final = errors(401, 403, 404, 422, 429, 500, 503)
#: The errors of a route that takes a JSON body.
BODY: Final = errors(400, 409, 413, 415)
#: The errors of a POST or PATCH, which can have a key.
KEYED: Final = errors(409)
#: The errors of a route that takes `If-Match`.
CONDITIONAL: Final = errors(412)
#: The answer to a POST that makes a resource.
CREATED: Final[Responses] = {
    201: {
        "headers": {
            "Location": {
                "description": "The path of what was made",
                "schema": {"type": "string"},
                "example": "/presently/v1/changes/6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
            }
        }
    }
}
#: The answer to a GET with `If-None-Match`.
NOT_MODIFIED: Final[Responses] = {
    304: {"description": "It is still what `If-None-Match` names; there is no body"}
}
