"""Documents the errors and the forms of the token endpoint."""

from http import HTTPStatus
from typing import Any, Final

from api.dialect import Failure
from api.documented_errors import DocumentedErrors
from api.oauth.errors import failure_response, refusal_response
from api.oauth.schemas import OAuthError
from domain.refusals import AssertionExpired, ClientUnknown, TooManyRequests

errors: Final = DocumentedErrors(
    ("The request cannot be granted", OAuthError, refusal_response(AssertionExpired())),
    ("Unknown client, or wrong secret", OAuthError, refusal_response(ClientUnknown())),
    ("Too many requests from this address", OAuthError, refusal_response(TooManyRequests())),
    (
        "Something went wrong here",
        OAuthError,
        failure_response(Failure(status=HTTPStatus.INTERNAL_SERVER_ERROR)),
    ),
    (
        "The store cannot be reached or is busy; `Retry-After` says when to try again",
        OAuthError,
        failure_response(Failure(status=HTTPStatus.SERVICE_UNAVAILABLE)),
    ),
)


def form_body(parameters: dict[str, dict[str, Any]], *, required: str) -> dict[str, Any]:
    """Build the OpenAPI part of a route that takes a form with these parameters."""
    schema = {"type": "object", "properties": parameters, "required": [required]}
    return {
        # Besides the Authorization header: a client can authenticate in the form.
        "security": [{}],
        "requestBody": {
            "required": True,
            "content": {"application/x-www-form-urlencoded": {"schema": schema}},
        },
    }
