"""Limits the size of request bodies. A larger one is refused early, in the dialect of the path."""

from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: In bytes. grommunio's replies contain pasted images, so several megabytes are normal.
LARGEST_BODY: Final = 10 * 1024 * 1024


class BodyLimit:
    """Middleware that reads no more of a body than the limit.

    FastAPI's own `max_body_size` answers a declared size in plain text. Here the route that reads the body gets an
    `HTTPException`, which each dialect answers in its own form.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and raise 413 when its body is read beyond the limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("Content-Length", "")
        size = int(declared) if declared.isdecimal() else 0
        read = 0

        async def receiving() -> Message:
            nonlocal read
            if size > LARGEST_BODY:
                raise HTTPException(413)
            message = await receive()
            read += len(message.get("body", b""))
            if read > LARGEST_BODY:
                raise HTTPException(413)
            return message

        await self._app(scope, receiving, send)


async def read_at_most(request: Request, size: int) -> bytes | None:
    """Read the body; return None, without reading the rest, if it is larger than `size` bytes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > size:
            return None
    return bytes(body)
