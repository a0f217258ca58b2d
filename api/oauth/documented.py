"""Documents the token endpoint in OpenAPI: its form, and examples made from real responses."""

import json
from http import HTTPStatus
from typing import Any, Final

from api.oauth.errors import failed, refused
from api.oauth.schemas import OAuthError
from domain.refusals import AssertionExpired, ClientUnknown, TooManyRequests

_ERRORS: Final = (
    ("The request cannot be granted", refused(AssertionExpired())),
    ("Unknown client, or wrong secret", refused(ClientUnknown())),
    ("Too many requests from this address", refused(TooManyRequests())),
    ("Something went wrong here", failed(HTTPStatus.INTERNAL_SERVER_ERROR)),
    (
        "The store cannot be reached or is busy; `Retry-After` says when to try again",
        failed(HTTPStatus.SERVICE_UNAVAILABLE),
    ),
)


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the error responses with these statuses."""
    return {
        answer.status_code: {
            "model": OAuthError,
            "description": description,
            "content": {"application/json": {"example": json.loads(bytes(answer.body))}},
        }
        for description, answer in _ERRORS
        if answer.status_code in statuses
    }


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
