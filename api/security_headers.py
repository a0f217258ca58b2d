"""Security headers for browsers, on every response. HSTS is missing: only the proxy knows whether there is TLS."""

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: A response is data: a browser must not run, fetch or frame anything in it.
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

#: What a page may load besides scripts: only what is served here. Swagger UI and Material UI write style sheets into
#: the page; mail editors show pasted images as `data:` and `blob:`.
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
    """Return a Content-Security-Policy that allows the inline scripts of these HTML pages, and no others."""
    hashes = (hash_ for page in pages for hash_ in _hashes_of_inline_scripts(page))
    return "; ".join([*_PAGES_MAY, " ".join(["script-src 'self'", *hashes])])


class SecurityHeaders:
    """Middleware that adds these headers to every response."""

    def __init__(self, app: ASGIApp, page_policy: str) -> None:
        self._app = app
        self._page_policy = page_policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the headers to the response."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(SECURITY_HEADERS)
                if _is_of_a_page(headers):
                    headers["Content-Security-Policy"] = self._page_policy
                elif message["status"] == _NOT_MODIFIED:
                    # It would replace the policy that the browser has cached with the page.
                    del headers["Content-Security-Policy"]
            await send(message)

        await self._app(scope, receive, sending)


_NOT_MODIFIED: Final = 304


def _is_of_a_page(headers: Headers) -> bool:
    """Check whether this is a page or a script: a worker script has a policy of its own."""
    kind = headers.get("Content-Type", "")
    return "html" in kind or "javascript" in kind


def _hashes_of_inline_scripts(page: str) -> Iterator[str]:
    for script in _INLINE_SCRIPT.findall(page):
        yield f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
