"""How large a body may be: more is refused as soon as it is known, and answered in the dialect of the path."""

from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: In bytes. Grommunio's replies come with pasted images, so some megabytes are ordinary.
LARGEST_BODY: Final = 10 * 1024 * 1024


class BodyLimit:
    """An application that reads no more of a body than the limit.

    FastAPI's own `max_body_size` answers for itself, in plain text, when the size is declared. Here the route that
    reads meets an `HTTPException`, which the dialects know how to answer.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
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
    """Return the body, or nothing if it is larger than `size` bytes; the rest of it is not read then."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > size:
            return None
    return bytes(body)
