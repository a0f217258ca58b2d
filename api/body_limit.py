"""Limits the size of request bodies and how many JSON values they contain, before anything parses them."""

from collections.abc import Collection
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: In bytes. grommunio's replies contain pasted images, so several megabytes are normal.
LARGEST_BODY: Final = 10 * 1024 * 1024
TOO_LARGE: Final = "The body is larger than 10 MB."

#: The same for routes that read the body in parts, and never have it whole.
LARGEST_STREAM: Final = 100 * 1024 * 1024
STREAM_TOO_LARGE: Final = "The body is larger than 100 MB."

#: Commas, brackets and braces in a body: each JSON value has one. Parsing millions of values would stop the event loop,
#: and so every other request, for seconds. Those in texts count too: two replies of 1 MB have far fewer.
MOST_SEPARATORS: Final = 250_000
TOO_MANY_VALUES: Final = "The body has more than 250,000 commas, brackets and braces."


# docs/workarounds.md#fastapi-body-limit
class BodyLimit:
    """Middleware that reads no more of a body than the limits.

    FastAPI's own `max_body_size` answers a declared size in plain text. Here the route that reads the body gets an
    `HTTPException`, which each dialect answers in its own form.
    """

    def __init__(self, app: ASGIApp, streamed: Collection[str] = ()) -> None:
        """`streamed` are the paths of the routes that read the body in parts."""
        self._app = app
        self._streamed = frozenset(streamed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and raise 413 when its body is read beyond a limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_streamed = scope["path"] in self._streamed
        largest, too_large = (LARGEST_STREAM, STREAM_TOO_LARGE) if is_streamed else (LARGEST_BODY, TOO_LARGE)
        size = _declared_size(Headers(scope=scope).get("Content-Length", ""))
        read = separators = 0

        async def receiving() -> Message:
            nonlocal read, separators
            if size > largest:
                raise HTTPException(413, too_large)
            message = await receive()
            part = message.get("body", b"")
            read += len(part)
            if read > largest:
                raise HTTPException(413, too_large)
            separators += sum(map(part.count, b",[{"))
            if separators > MOST_SEPARATORS and not is_streamed:
                raise HTTPException(413, TOO_MANY_VALUES)
            return message

        await self._app(scope, receiving, send)


def _declared_size(header: str) -> int:
    """Parse a Content-Length. Python refuses numbers of many thousand digits; the first twenty exceed every limit."""
    return int(header.lstrip("0")[:20] or "0") if header.isdecimal() else 0


async def read_at_most(request: Request, size: int) -> bytes | None:
    """Read the body; return None, without reading the rest, if it is larger than `size` bytes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > size:
            return None
    return bytes(body)
