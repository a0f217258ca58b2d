"""OAuth 2.0 errors: `{"error", "error_description"}`, with the codes of RFC 6749 §5.2."""

import string
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from api.dialect import Failure
from api.no_store import NoStoreResponse
from api.oauth.refusals import FormTooLarge, GrantTypeUnknown, NotAForm
from api.rate_limits import seconds
from domain import refusals

#: Status and code of each refusal. A refusal that is not here gets those of its nearest ancestor.
CODES: Final[Mapping[type[refusals.Refusal], tuple[HTTPStatus, str]]] = {
    refusals.ClientUnknown: (HTTPStatus.UNAUTHORIZED, "invalid_client"),
    refusals.GrantInvalid: (HTTPStatus.BAD_REQUEST, "invalid_grant"),
    GrantTypeUnknown: (HTTPStatus.BAD_REQUEST, "unsupported_grant_type"),
    refusals.NoScopeLeft: (HTTPStatus.BAD_REQUEST, "invalid_scope"),
    # RFC 6749 has no code for it.
    refusals.TooManyRequests: (HTTPStatus.TOO_MANY_REQUESTS, "temporarily_unavailable"),
    refusals.Refusal: (HTTPStatus.BAD_REQUEST, "invalid_request"),
}

_OF_STATUS: Final = {
    HTTPStatus.NOT_FOUND: ("invalid_request", "There is nothing at this path."),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("server_error", "Something went wrong here; it has been logged."),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "temporarily_unavailable",
        "The store cannot be reached; try again shortly.",
    ),
}

#: No cache may keep a token (RFC 6749 §5.1).
NO_STORE: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class OAuthResponse(NoStoreResponse):
    """JSON that no cache may keep, as OAuth 2.0 says it."""

    no_store = NO_STORE


#: The scheme that a client can use; required if it authenticated in the header (RFC 6749 §5.2).
_CHALLENGE: Final = {"WWW-Authenticate": 'Basic realm="presently", charset="UTF-8"'}

#: The characters of a description (RFC 6749 §5.2).
_ALLOWED: Final = set(string.printable) - set('\\"\t\n\r\x0b\x0c')


def refusal_response(refusal: refusals.Refusal) -> OAuthResponse:
    """Build the response to a refusal."""
    kind = next(ancestor for ancestor in type(refusal).__mro__ if ancestor in CODES)
    status, code = CODES[kind]
    return _answer(status, code, str(refusal), _headers(refusal))


def _headers(refusal: refusals.Refusal) -> Mapping[str, str]:
    match refusal:
        case refusals.ClientUnknown():
            return _CHALLENGE
        case refusals.TooManyRequests():
            return {"Retry-After": seconds(refusal.wait)}
        case _:
            return {}


def validation_response(_errors: Sequence[Any]) -> OAuthResponse:
    """Build the response to a request that does not match the schema."""
    return refusal_response(NotAForm())


def failure_response(failure: Failure) -> OAuthResponse:
    """Build the response to a failure."""
    status, sentence = failure.status, failure.sentence
    if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return refusal_response(FormTooLarge())
    if not sentence and status not in _OF_STATUS:
        return refusal_response(NotAForm())
    code, description = _OF_STATUS.get(status, ("invalid_request", ""))
    return _answer(status, code, sentence or description, failure.headers or {})


def _answer(status: HTTPStatus, code: str, description: str, headers: Mapping[str, str]) -> OAuthResponse:
    readable = "".join(letter for letter in description if letter in _ALLOWED)
    content = {"error": code, "error_description": readable}
    return OAuthResponse(content, status_code=status, headers=dict(headers))
