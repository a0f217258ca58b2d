"""Counts every request, and logs it on one line."""

import re
import time
from typing import Final

import structlog
from asgi_correlation_id import correlation_id
from prometheus_client import Counter
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import rate_limits

_log: Final = structlog.get_logger("presently.api")

_REQUESTS: Final = Counter("presently_requests", "Requests answered.", ["method", "route", "status"])

_METHODS: Final = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")


def is_request_id(text: str) -> bool:
    """Check that a request id of a caller is short, and safe in a header and in a log."""
    return _REQUEST_ID.fullmatch(text) is not None


class AccessLog:
    """Middleware that counts and logs requests."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, then count and log it. Add the rate limit headers to the response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, began = 500, time.perf_counter()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message).update(rate_limits.headers(scope))
            await send(message)

        structlog.contextvars.bind_contextvars(request_id=correlation_id.get())
        try:
            await self._app(scope, receive, sending)
        finally:
            _record(scope, status, time.perf_counter() - began)
            structlog.contextvars.clear_contextvars()


def _record(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path_format", None) or "(none)"
    method = scope["method"] if scope["method"] in _METHODS else "(other)"
    _REQUESTS.labels(method, route, status).inc()
    # The path may contain a mail address, so the log has the route.
    _log.info(
        "Answered.",
        method=method,
        route=route,
        status=status,
        ms=round(seconds * 1000, 1),
        client=scope.get("state", {}).get("client"),
    )
