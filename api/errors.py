"""Which dialect answers a request that goes wrong: the one whose path it came by."""

from collections.abc import Mapping
from http import HTTPStatus
from types import ModuleType
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
from api.auth.route import check_token
from api.careful_headers import CAREFUL
from api.grommunio import errors as grommunio
from api.oauth import errors as oauth
from api.works import errors as works
from domain.refusals import Refusal

#: By how a path begins; every other path is of NAVER WORKS.
_DIALECTS: Final = {"/api/": grommunio, "/oauth2/": oauth, "/.well-known/": oauth}
_log: Final = structlog.get_logger("presently.api")


def install(app: FastAPI) -> None:
    """Make `app` answer every refusal, every bad request and every failure in the dialect of its path."""
    app.add_exception_handler(Refusal, _refused)  # type: ignore[arg-type] # Starlette types handlers by Exception
    app.add_exception_handler(RequestValidationError, _invalid)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _failed)  # type: ignore[arg-type]
    app.add_exception_handler(ClientDisconnect, _hung_up)
    app.add_exception_handler(SQLAlchemyError, _store_failed)
    app.add_exception_handler(Exception, _broke)


def _dialect(request: Request) -> ModuleType:
    path = request.url.path
    return next((dialect for prefix, dialect in _DIALECTS.items() if path.startswith(prefix)), works)


def _refused(request: Request, refusal: Refusal) -> Response:
    answer: Response = _dialect(request).refused(refusal)
    return answer


def _invalid(request: Request, error: RequestValidationError) -> Response:
    answer: Response = _dialect(request).invalid(error.errors())
    return answer


async def _failed(request: Request, error: HTTPException) -> Response:
    if isinstance(error.__cause__, ClientDisconnect):  # FastAPI takes it for a bad body
        return _hung_up(request, error)
    status = HTTPStatus(error.status_code)
    if status in _TELLING and f"{request.url.path}/".startswith(_SIGNED_IN_PATHS):
        try:
            await check_token(request)
        except Refusal as refusal:
            return _refused(request, refusal)
        except SQLAlchemyError as failure:
            return _store_failed(request, failure)
    headers = {"Allow": _allowed(request)} if status is HTTPStatus.METHOD_NOT_ALLOWED else error.headers
    return _failure(request, status, headers)


#: These tell which paths there are, and with which methods. grommunio's admin API tells everybody.
_TELLING: Final = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
_SIGNED_IN_PATHS: Final = "/v1.0/"

#: Tells when a failed store, or one that is busy, may be asked again.
TRY_AGAIN: Final = {"Retry-After": "2"}

#: What nginx calls a client that closed the connection before its answer; nobody sees it but logs and `/metrics`.
_CLIENT_CLOSED_REQUEST: Final = 499


def _hung_up(_request: Request, _error: Exception) -> Response:
    """Answer a client that is gone, so that the request is not counted as an error of ours."""
    return Response(status_code=_CLIENT_CLOSED_REQUEST)


def _allowed(request: Request) -> str:
    """Return the methods of the path; the framework names those of the first of its routes only."""
    methods = (
        method
        for method in _METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    )
    return ", ".join(methods) or _OF_FILES


#: What is mounted are files.
_OF_FILES: Final = "HEAD, GET"
_METHODS: Final = ("HEAD", "GET", "OPTIONS", "PUT", "POST", "PATCH", "DELETE")


def _store_failed(request: Request, error: Exception) -> Response:
    """Answer that the store cannot be reached, or is too busy.

    What it said goes to the log, without the values of the statement.
    """
    reason = error.orig if isinstance(error, DBAPIError) else error
    _log.error(
        "The store failed.",
        reason=str(reason).splitlines()[0],
        kind=type(error).__name__,
    )
    return _failure(request, HTTPStatus.SERVICE_UNAVAILABLE, TRY_AGAIN)


def _broke(request: Request, _error: Exception) -> Response:
    """Answer that something broke. The framework does so outside of every middleware, so the headers are put here."""
    headers = {**CAREFUL, **rate_limits.headers(request.scope), "X-Request-ID": correlation_id.get() or ""}
    return _failure(request, HTTPStatus.INTERNAL_SERVER_ERROR, headers)


def _failure(request: Request, status: HTTPStatus, headers: Mapping[str, str] | None = None) -> Response:
    answer: Response = _dialect(request).failed(status, request.method, headers)
    return answer
