"""Errors of the NAVER WORKS dialect: `{"code", "description"}`, with the codes of its error-codes page."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api import guarded_route, validation_messages
from api.auth.refusals import NoToken
from api.dialect import Failure
from api.rate_limits import seconds
from domain import refusals

#: Status and code of each refusal. A refusal that is not here gets those of its nearest ancestor.
CODES: Final[Mapping[type[refusals.Refusal], tuple[HTTPStatus, str]]] = {
    refusals.PersonUnknown: (HTTPStatus.NOT_FOUND, "USER_NOT_EXIST"),
    refusals.StatusUnknown: (HTTPStatus.NOT_FOUND, "NOT_FOUND"),
    refusals.NotThere: (HTTPStatus.NOT_FOUND, "NOT_FOUND"),
    refusals.ValueMissing: (HTTPStatus.BAD_REQUEST, "MISSING_PARAMETER"),
    refusals.EndMissing: (HTTPStatus.BAD_REQUEST, "MISSING_PARAMETER"),
    refusals.InvalidValue: (HTTPStatus.BAD_REQUEST, "INVALID_PARAMETER"),
    refusals.StatusesAreOff: (HTTPStatus.BAD_REQUEST, "BAD_REQUEST"),
    refusals.StatusNotInUse: (HTTPStatus.BAD_REQUEST, "BAD_REQUEST"),
    refusals.DefinitionExists: (HTTPStatus.CONFLICT, "ALREADY_EXIST"),
    refusals.TooManyDefinitions: (HTTPStatus.FORBIDDEN, "LIMIT_EXCEEDED"),
    refusals.MeIsNobody: (HTTPStatus.BAD_REQUEST, "INVALID_PARAMETER"),
    # Clients renew their token only on 401 with exactly this code.
    refusals.NotSignedIn: (HTTPStatus.UNAUTHORIZED, "UNAUTHORIZED"),
    refusals.NotAllowed: (HTTPStatus.FORBIDDEN, "FORBIDDEN"),
    # On 429 clients wait as long as Retry-After says, which could be a day; on this code they go on to the next person.
    refusals.TooMuchReplyText: (HTTPStatus.FORBIDDEN, "LIMIT_EXCEEDED"),
    refusals.TooManyRequests: (HTTPStatus.TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS"),
    refusals.IssuerUnreachable: (HTTPStatus.SERVICE_UNAVAILABLE, "SERVICE_UNAVAILABLE"),
    refusals.Refusal: (HTTPStatus.BAD_REQUEST, "BAD_REQUEST"),
}

#: The description of a failure; its code is the name of its status.
_OF_STATUS: Final = {
    HTTPStatus.NOT_FOUND: "There is nothing at this path.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong here; it has been logged.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The store cannot be reached; try again shortly.",
}


#: The dialect's names of the fields that refusals name.
_FIELDS: Final = {"profile_status_id": "profileStatusId", "starts_at": "startTime", "ends_at": "endTime"}


#: The vendor's own words, which clients may compare.
_EXACT: Final[Mapping[type[refusals.Refusal], str]] = {refusals.StatusNotInUse: "Not used status."}


def refusal_response(refusal: refusals.Refusal) -> JSONResponse:
    """Build the response to a refusal."""
    kind = next(ancestor for ancestor in type(refusal).__mro__ if ancestor in CODES)
    status, code = CODES[kind]
    description = _EXACT.get(kind) or refusal.message(_FIELDS)
    return _answer(status, code, description, headers=_headers(refusal))


def validation_response(errors: Sequence[Any]) -> JSONResponse:
    """Build the response to a request that does not match the schema: a sentence for each faulty field.

    The code is that of the first fault. A body that is still bytes was not parsed, because its Content-Type is not
    JSON.
    """
    first = errors[0]
    has_field = bool(validation_messages.field(first))
    match first["type"]:
        case "json_invalid":
            return _bad(f"The body is not JSON {validation_messages.json_error_position(first)}.")
        case guarded_route.UNREADABLE:
            return _bad(first["msg"])
        case "missing" if not has_field:
            return _bad("A JSON body is required.")
        case _ if not has_field and isinstance(first["input"], bytes):
            return _bad("The body must be JSON, with Content-Type: application/json.")
        case _ if not has_field:
            return _bad("The body must be a JSON object.")
        case kind:
            code = "MISSING_PARAMETER" if kind == "missing" else "INVALID_PARAMETER"
            sentences = (
                f"{validation_messages.field(error)}: {validation_messages.message(error)}"
                for error in errors
            )
            return _answer(HTTPStatus.BAD_REQUEST, code, " ".join(sentences))


def failure_response(failure: Failure) -> JSONResponse:
    """Build the response to a failure."""
    status, sentence = failure.status, failure.sentence
    if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return _answer(HTTPStatus.BAD_REQUEST, "LIMIT_EXCEEDED", sentence)
    if not sentence and status not in _OF_STATUS:
        return _bad("The body could not be read as JSON.")
    return _answer(status, status.name, sentence or _OF_STATUS[status], headers=failure.headers)


def _bad(description: str) -> JSONResponse:
    return _answer(HTTPStatus.BAD_REQUEST, "BAD_REQUEST", description)


def _answer(
    status: HTTPStatus,
    code: str,
    description: str,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    content = {"code": code, "description": description}
    return WorksResponse(content, status_code=status, headers=dict(headers or {}))


class WorksResponse(JSONResponse):
    """JSON with the vendor's Content-Type."""

    media_type = "application/json;charset=UTF-8"

    def render(self, content: Any) -> bytes:
        """Encode the content. A route that returns a response of a model saves the framework's second validation."""
        return (
            content.model_dump_json().encode() if isinstance(content, BaseModel) else super().render(content)
        )


def _headers(refusal: refusals.Refusal) -> dict[str, str]:
    """Return Retry-After or WWW-Authenticate (RFC 6750 §3); for a request without a token, only with the realm."""
    match refusal:
        case NoToken():
            return {"WWW-Authenticate": 'Bearer realm="presently"'}
        case refusals.NotSignedIn():
            return {
                "WWW-Authenticate": f'Bearer realm="presently", error="invalid_token", error_description="{refusal}"'
            }
        case refusals.ScopeMissing():
            scopes = " ".join(refusal.scopes)
            return {
                "WWW-Authenticate": f'Bearer realm="presently", error="insufficient_scope", scope="{scopes}"'
            }
        case refusals.TooManyRequests():
            return {"Retry-After": seconds(refusal.wait)}
        case _:
            return {}
