"""Errors of this dialect: problem details (RFC 9457), with the faults of a request."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi.responses import JSONResponse
from pydantic.alias_generators import to_camel

from api import guarded_route, validation_messages
from api.auth.refusals import NoToken
from api.dialect import Failure
from api.rate_limits import seconds
from api.v1 import names, problems
from api.v1.problems import Problem
from domain import refusals

#: Where the fields are that refusals name, if not in the body under the same name in camelCase.
_PLACES: Final[Mapping[str, str]] = {"allTo": "?allTo"}

#: How many faults are told: each says which, but nobody reads more.
_MOST: Final = 100


class ProblemResponse(JSONResponse):
    """Problem details (RFC 9457 §3)."""

    media_type = "application/problem+json"


def refusal_response(refusal: refusals.Refusal) -> JSONResponse:
    """Build the response to a refusal."""
    faults: list[dict[str, str]] = []
    detail = str(refusal)
    if isinstance(refusal, refusals.InvalidValue):
        detail = refusal.message({field: _name(field) for field in refusal.fields})
        sentence = detail.partition(": ")[2] or detail
        faults = [{"pointer": _pointer(field), "detail": sentence} for field in refusal.fields]
    return _answer(problems.of(refusal), detail, faults, headers=_headers(refusal))


def validation_response(errors: Sequence[Any]) -> JSONResponse:
    """Build the response to a request that does not match the schema: the faults, each with its place.

    A body that is still bytes was not parsed, because its Content-Type is not JSON.
    """
    first = errors[0]
    is_whole_body = first["loc"][:1] == ("body",) and not validation_messages.field(first)
    match first["type"]:
        case "json_invalid":
            where = validation_messages.json_error_position(first)
            return _answer(problems.UNREADABLE, f"The body is not JSON {where}.")
        case guarded_route.UNREADABLE:
            return _answer(problems.UNREADABLE, first["msg"])
        case "missing" if is_whole_body:
            return _answer(problems.UNREADABLE, "A JSON body is required.")
        case _ if is_whole_body and isinstance(first["input"], bytes):
            return _answer(problems.NOT_JSON, "The body must be JSON, with Content-Type: application/json.")
        case _:
            return _answer(problems.INVALID, _summary(errors), [_fault(error) for error in errors[:_MOST]])


def failure_response(failure: Failure) -> JSONResponse:
    """Build the response to a failure."""
    problem = problems.OF_FAILURES.get(failure.status)
    if problem is None:
        return _answer(problems.UNREADABLE, failure.sentence or "The body could not be read as JSON.")
    detail = failure.sentence or problem.meaning
    if failure.status is HTTPStatus.NOT_FOUND:
        detail = "Nothing has this path."
    if failure.near:
        detail = f"{detail} Did you mean {failure.near}?"
    return _answer(problem, detail, headers=failure.headers)


def _summary(errors: Sequence[Any]) -> str:
    first = f"{_where(errors[0]).lstrip('#/')}: {names.of_value(errors[0])}".removeprefix(": ")
    return first if len(errors) == 1 else f"{first} There are {len(errors)} faults."


def _fault(error: Mapping[str, Any]) -> dict[str, str]:
    return {"pointer": _where(error), "detail": names.of_value(error)}


def _where(error: Mapping[str, Any]) -> str:
    """Return the place of a fault: a JSON Pointer into the body, `?` and a name of the query, or another name."""
    place, *path = error["loc"]
    match place:
        case "body":
            return "#" + "".join(f"/{_escaped(str(part))}" for part in path)
        case "query":
            return f"?{path[0]}"
        case _:
            return str(path[0])


def _escaped(part: str) -> str:
    """Escape a name for a JSON Pointer (RFC 6901 §3)."""
    return part.replace("~", "~0").replace("/", "~1")


def _pointer(field: str) -> str:
    name = _name(field)
    return name if name.startswith("?") or name[:1].isupper() else f"#/{name}"


def _name(field: str) -> str:
    """Return the name that clients know of a field of a refusal; those of queries and headers are named so."""
    if field.startswith("?") or field[:1].isupper():
        return field
    return _PLACES.get(field) or "/".join(to_camel(part) for part in field.split("/"))


def _answer(
    problem: Problem,
    detail: str,
    faults: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    content: dict[str, Any] = {
        "type": problem.type,
        "title": problem.title,
        "status": problem.status.value,
        "detail": detail,
    }
    if faults:
        content["errors"] = list(faults)
    return ProblemResponse(content, status_code=problem.status, headers=dict(headers or {}))


def _headers(refusal: refusals.Refusal) -> dict[str, str]:
    """Return Retry-After or WWW-Authenticate (RFC 6750 §3); for a request without a token, only with the realm."""
    match refusal:
        case NoToken():
            return {"WWW-Authenticate": 'Bearer realm="presently"'}
        case refusals.NotSignedIn():
            said = f'error="invalid_token", error_description="{refusal}"'
            return {"WWW-Authenticate": f'Bearer realm="presently", {said}'}
        case refusals.ScopeMissing():
            said = f'error="insufficient_scope", scope="{" ".join(refusal.scopes)}"'
            return {"WWW-Authenticate": f'Bearer realm="presently", {said}'}
        case refusals.TooOften():
            return {"Retry-After": seconds(refusal.wait)}
        case refusals.IssuerUnreachable() | refusals.StillRunning():
            return {"Retry-After": "1"}
        case _:
            return {}
