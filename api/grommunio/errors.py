"""Errors of the grommunio dialect: `{"message", …}`, as the real admin API answers them."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from api import validation_messages
from api.auth.refusals import CsrfTokenWrong, NoToken
from api.dialect import Failure
from api.grommunio.refusals import LoginIncomplete, LoginTooLarge
from api.guarded_route import UNREADABLE
from api.misspelt_names import MISSPELT
from api.no_store import NoStoreResponse
from api.rate_limits import seconds
from domain import refusals

#: No cache may keep a response of the admin API.
NO_STORE: Final = {"Cache-Control": "no-cache, no-store, max-age=1"}


class GrommunioResponse(NoStoreResponse):
    """JSON that no cache may keep, as grommunio says it."""

    no_store = NO_STORE


_DENIED: Final = "Access denied"

#: Why authentication failed, in the words of grommunio's admin API. A failed login says no more than this, because
#: anybody can send one.
_UNKNOWN: Final[Mapping[type[refusals.Refusal], str]] = {
    NoToken: "No token provided",
    refusals.TokenMalformed: "invalid token",
    refusals.TokenForged: "Invalid token signature",
    refusals.TokenExpired: "Token has expired",
    refusals.TokenNotYetValid: "invalid token",
    refusals.TokenRevoked: "Token has been revoked",
    CsrfTokenWrong: "Invalid or missing CSRF token",
    refusals.WrongPassword: "Invalid username or password",
    refusals.MayNotLogIn: _DENIED,
    refusals.CallerUnknown: "Invalid user",
}

#: Why an account is not allowed; any other refusal is about permissions.
_DENIALS: Final[Mapping[type[refusals.Refusal], str]] = {
    refusals.AccountGone: "Invalid user",
    refusals.AccountDeactivated: "Account deactivated",
}

#: What does not exist; any other refusal is about a user.
_MISSING: Final[Mapping[type[refusals.Refusal], str]] = {
    refusals.DomainUnknown: "Domain",
    refusals.OrganisationUnknown: "Organization",
    refusals.RoleUnknown: "Role",
}

#: Types of errors that grommunio's own schema does not check.
_REFUSED_HERE_ONLY: Final = {"value_error", "string_too_long", MISSPELT}

#: Other refusals with a status and words of their own.
_PLAIN: Final[Mapping[type[refusals.Refusal], tuple[HTTPStatus, str]]] = {
    LoginIncomplete: (HTTPStatus.BAD_REQUEST, "Incomplete login form"),
    LoginTooLarge: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(LoginTooLarge())),
    refusals.MissingData: (HTTPStatus.BAD_REQUEST, "Missing or incomplete data"),
    refusals.IssuerUnreachable: (HTTPStatus.SERVICE_UNAVAILABLE, str(refusals.IssuerUnreachable())),
}

_OF_STATUS: Final = {
    HTTPStatus.NOT_FOUND: "Resource not found",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is larger than 10 MB.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "The server encountered an error while processing the request.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Database error.",
}


#: The dialect's names of the fields that refusals name.
_FIELDS: Final = {
    "starts_at": "startTime",
    "ends_at": "endTime",
    "internal_reply": "internalReply",
    "external_reply": "externalReply",
}


def refusal_response(refusal: refusals.Refusal) -> GrommunioResponse:
    """Build the response to a refusal."""
    match refusal:
        case refusals.NotSignedIn() | refusals.LoginRefused():
            message = "Login failed" if isinstance(refusal, refusals.LoginRefused) else _DENIED
            return _answer(HTTPStatus.UNAUTHORIZED, message, error=_UNKNOWN[type(refusal)])
        case refusals.NotAllowed():
            reason = _DENIALS.get(type(refusal), "Insufficient permissions for this operation")
            return _answer(HTTPStatus.FORBIDDEN, f"{_DENIED}: {reason}")
        case refusals.TooOften():
            headers = {"Retry-After": seconds(refusal.wait)}
            return _answer(HTTPStatus.TOO_MANY_REQUESTS, str(refusal), headers=headers)
        case refusals.NotThere():
            return _answer(HTTPStatus.NOT_FOUND, f"{_MISSING.get(type(refusal), 'User')} not found")
        case _ if type(refusal) in _PLAIN:
            return _answer(*_PLAIN[type(refusal)])
        case _:
            # admin-web shows only the message, so the reason is there too.
            sentence = refusal.message(_FIELDS)
            return _answer(HTTPStatus.BAD_REQUEST, sentence, errors=[sentence])


def validation_response(errors: Sequence[Any]) -> GrommunioResponse:
    """Build the response to a request that does not match the schema: a sentence for each fault.

    If only Presently refuses it, the message is the reason. If grommunio refuses it too, the message is grommunio's.
    """
    sentences = [_sentence(error) for error in errors]
    is_ours = all(error["type"] in _REFUSED_HERE_ONLY for error in errors)
    return _answer(
        HTTPStatus.BAD_REQUEST, " ".join(sentences) if is_ours else "Bad Request", errors=sentences
    )


def failure_response(failure: Failure) -> GrommunioResponse:
    """Build the response to a failure. For a wrong method, grommunio has words of its own."""
    status, sentence = failure.status, failure.sentence
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        message = f"Method '{failure.method}' not allowed on this endpoint"
        return _answer(status, message, headers=failure.headers)
    if not sentence and status not in _OF_STATUS:
        return _answer(
            HTTPStatus.BAD_REQUEST,
            "Bad Request",
            errors=["The body could not be read as JSON."],
        )
    return _answer(status, sentence or _OF_STATUS[status], headers=failure.headers)


def _answer(
    status: HTTPStatus,
    message: str,
    *,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> GrommunioResponse:
    return GrommunioResponse({"message": message, **more}, status_code=status, headers=headers)


#: The Content-Type of a login, and the type of the error for any other body.
FORM: Final = "application/x-www-form-urlencoded"
NOT_A_FORM: Final = "not_a_form"


def _sentence(error: Any) -> str:
    """Describe the fault and its field, without the value that was sent.

    A body that is still bytes was not parsed, because its Content-Type is not JSON.
    """
    field = validation_messages.field(error)
    if error["type"] == NOT_A_FORM:
        return f"Content for this mimetype not found. Valid mimetypes: ['{FORM}']"
    if error["type"] == "json_invalid":
        position = validation_messages.json_error_position(error)
        return f"Failed to deserialize value with application/json mimetype {position}."
    if error["type"] == UNREADABLE:
        return str(error["msg"])
    if not field and isinstance(error["input"], bytes):
        return "Content for this mimetype not found. Valid mimetypes: ['application/json']"
    if not field:
        return "The body must be a JSON object."
    return f"{field}: {validation_messages.message(error)}"
