"""Headers that keep browsers careful, on every answer. What a browser is told of TLS (HSTS) is the proxy's to say."""

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: An answer is data: nothing in it is to be run, fetched or framed, however it is opened.
CAREFUL: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

#: What a page may do besides running scripts: nothing that is not served here. Swagger UI and Material UI write
#: style sheets into the page; editors of mail show pasted images as `data:` and `blob:`.
_PAGES_MAY: Final = (
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)

_INLINE_SCRIPT: Final = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)


def page_policy(*pages: str) -> str:
    """Return the Content-Security-Policy under which these HTML pages work; others find no script of theirs run."""
    hashes = (hash_ for page in pages for hash_ in _hashes_of_inline_scripts(page))
    return "; ".join([*_PAGES_MAY, " ".join(["script-src 'self'", *hashes])])


class CarefulHeaders:
    """An application whose answers have them."""

    def __init__(self, app: ASGIApp, page_policy: str) -> None:
        self._app = app
        self._page_policy = page_policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(CAREFUL)
                if _is_of_a_page(headers):
                    headers["Content-Security-Policy"] = self._page_policy
                elif message["status"] == _NOT_MODIFIED:
                    # It would take the place of the policy that the browser keeps with the page.
                    del headers["Content-Security-Policy"]
            await send(message)

        await self._app(scope, receive, sending)


_NOT_MODIFIED: Final = 304


def _is_of_a_page(headers: Headers) -> bool:
    """Return whether it is a page, or a script: one that runs beside its page goes by a policy of its own."""
    kind = headers.get("Content-Type", "")
    return "html" in kind or "javascript" in kind


def _hashes_of_inline_scripts(page: str) -> Iterator[str]:
    for script in _INLINE_SCRIPT.findall(page):
        yield f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
