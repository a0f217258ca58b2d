"""Error handlers. Each error is answered in the dialect of the request's path."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

import structlog
from asgi_correlation_id import correlation_id
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match

from api import rate_limits
from api.auth.guards import by_address, check_without_route
from api.dialect import Dialect, Failure, dialect_of
from api.guarded_route import GuardedRoute
from api.security_headers import SECURITY_HEADERS
from domain.refusals import Refusal
from store.busy import is_busy

_log: Final = structlog.get_logger("presently.api")


def install(app: FastAPI, dialects: Sequence[Dialect]) -> None:
    """Make `app` answer refusals, bad requests and failures in the dialect of the path."""
    app.state.dialects = dialects
    app.add_exception_handler(Refusal, _handle_refusal)  # type: ignore[arg-type] # Starlette types handlers by Exception
    app.add_exception_handler(RequestValidationError, _handle_validation_error)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _handle_http_error)  # type: ignore[arg-type]
    app.add_exception_handler(ClientDisconnect, _handle_disconnect)
    app.add_exception_handler(SQLAlchemyError, _handle_store_error)
    app.add_exception_handler(Exception, _handle_exception)


def _dialect(request: Request) -> Dialect:
    return dialect_of(request.url.path, request.app.state.dialects)


def _handle_refusal(request: Request, refusal: Refusal) -> Response:
    return _dialect(request).refusal_response(refusal)


def _handle_validation_error(request: Request, error: RequestValidationError) -> Response:
    return _dialect(request).validation_response(error.errors())


# docs/workarounds.md#fastapi-client-disconnect
async def _handle_http_error(request: Request, error: HTTPException) -> Response:
    if isinstance(error.__cause__, ClientDisconnect):  # FastAPI reports it as a bad body
        return _handle_disconnect(request, error)
    status = HTTPStatus(error.status_code)
    if status in _REVEALING and _hides_paths(request):
        try:
            await check_without_route(request)
        except Refusal as refusal:
            return _handle_refusal(request, refusal)
        except SQLAlchemyError as failure:
            return _handle_store_error(request, failure)
    match status:
        case HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = _allowed_methods(request)
            sentence = f"This path does not support {request.method}; it supports {allowed}."
            return _failure_response(request, status, {"Allow": allowed}, sentence)
        case (
            HTTPStatus.SERVICE_UNAVAILABLE
            | HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            | HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        ):
            return _failure_response(request, status, error.headers, error.detail)
        case _:
            return _failure_response(request, status, error.headers)


#: These reveal which paths and methods exist.
_REVEALING: Final = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}


def _hides_paths(request: Request) -> bool:
    """Check whether only authenticated callers learn what exists here. A prefix without its slash counts too.

    A route that needs no token hides nothing: who uses a wrong method there is told which is right.
    """
    route = request.scope.get("route")
    if isinstance(route, GuardedRoute) and by_address in route.guards:
        return False
    dialect = _dialect(request)
    return dialect.hides_paths and dialect.has(f"{request.url.path}/")


STORE_IS_BUSY: Final = "The store is busy; try again shortly."

#: When to try again after the store failed or was busy.
TRY_AGAIN: Final = {"Retry-After": "2"}

#: nginx's status for a client that closed the connection before the response. Only logs and `/metrics` show it.
_CLIENT_CLOSED_REQUEST: Final = 499


def _handle_disconnect(_request: Request, _error: Exception) -> Response:
    """Answer a client that is gone with 499, so that the request does not count as a server error."""
    return Response(status_code=_CLIENT_CLOSED_REQUEST)


# docs/workarounds.md#starlette-allow
def _allowed_methods(request: Request) -> str:
    """Return the methods of the path. The framework names only those of the first matching route."""
    methods = (
        method
        for method in _METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    )
    return ", ".join(methods) or _FILE_METHODS


#: Only files are mounted.
_FILE_METHODS: Final = "HEAD, GET"
_METHODS: Final = ("HEAD", "GET", "OPTIONS", "PUT", "POST", "PATCH", "DELETE")


def _handle_store_error(request: Request, error: Exception) -> Response:
    """Answer 503: the store cannot be reached or is too busy.

    The log gets the first line of the error, without the values of the statement.
    """
    reason = error.orig if isinstance(error, DBAPIError) else error
    _log.error(
        "The store failed.",
        reason=str(reason).splitlines()[0],
        kind=type(error).__name__,
    )
    sentence = STORE_IS_BUSY if isinstance(error, SQLAlchemyError) and is_busy(error) else ""
    return _failure_response(request, HTTPStatus.SERVICE_UNAVAILABLE, TRY_AGAIN, sentence)


# docs/workarounds.md#starlette-500
def _handle_exception(request: Request, _error: Exception) -> Response:
    """Answer 500. The framework does this outside of every middleware, so the headers are added here.

    It raises the error again afterwards, and uvicorn then closes the connection: clients have to know (RFC 9112 §9.6).
    """
    headers = {
        **SECURITY_HEADERS,
        **rate_limits.headers(request.scope),
        "X-Request-ID": correlation_id.get() or "",
        "Connection": "close",
    }
    return _failure_response(request, HTTPStatus.INTERNAL_SERVER_ERROR, headers)


def _failure_response(
    request: Request, status: HTTPStatus, headers: Mapping[str, str] | None = None, sentence: str = ""
) -> Response:
    dialect = _dialect(request)
    near = dialect.nearest(request.url.path) if status is HTTPStatus.NOT_FOUND else None
    return dialect.failure_response(
        Failure(status=status, method=request.method, headers=headers, sentence=sentence, near=near)
    )
