"""Responses with an ETag, so that clients fetch again only what has changed, and change only what they have seen."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from domain.expectation import Expectation, Found, anything
from domain.refusals import Changed, InvalidValue

_TAG: Final = re.compile(r'(W/)?("[^"]*")')
#: Whoever has another token may see something else.
_CACHING: Final = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}


class ResourceResponse(JSONResponse):
    """A resource as JSON. Its ETag is made from its body, unless the use case has one that is cheaper."""

    def render(self, content: Any) -> bytes:
        """Encode the content. A route that returns a response of a model saves the framework's second validation."""
        return (
            content.model_dump_json().encode() if isinstance(content, BaseModel) else super().render(content)
        )

    def init_headers(self, headers: Any = None) -> None:
        """Add the ETag, and what caches must know."""
        super().init_headers({"ETag": etag_of(bytes(self.body)), **_CACHING, **(headers or {})})


def etag_of(representation: bytes) -> str:
    """Return the strong ETag of a representation (RFC 9110 §8.8.3)."""
    return f'"{urlsafe_b64encode(sha256(representation).digest()[:15]).decode()}"'


def known_etags(request: Request) -> list[str]:
    """Return the ETags of `If-None-Match`, without their quotes."""
    return [tag.strip('"') for _, tag in _TAG.findall(request.headers.get("If-None-Match", ""))]


def unchanged(etag: str) -> Response:
    """Return 304: the client has what it asks for."""
    return Response(status_code=304, headers={"ETag": f'"{etag}"', **_CACHING})


def not_modified(request: Request, response: Response) -> Response:
    """Return 304 instead of a resource that the client has, by `If-None-Match` (RFC 9110 §13.1.2)."""
    etag, known = response.headers.get("ETag"), request.headers.get("If-None-Match")
    if known is None or etag is None or request.method != "GET" or not is_among(etag, known):
        return response
    kept = {name: response.headers[name] for name in ("ETag", *_CACHING, "Link") if name in response.headers}
    return Response(status_code=304, headers=kept)


def is_among(etag: str, known: str) -> bool:
    """Check whether an ETag is among those of `If-None-Match`, weak ones included, or whether any will do."""
    return known.strip() == "*" or etag in (tag for _, tag in _TAG.findall(known))


def expecting(if_match: str | None, respond: Callable[[Found], Response]) -> Expectation[Found]:
    """Return the check for `If-Match` (RFC 9110 §13.1.1), which the use case runs in the transaction of its write.

    `respond` builds the response to a GET of what the use case finds.

    Raises:
        InvalidValue: it has no ETag.
    """
    if if_match is None or if_match.strip() == "*":
        return anything
    tags = _TAG.findall(if_match)
    if not tags:
        raise InvalidValue("If-Match", hint="Send the ETag as it was given, in its double quotes.")
    strong = {tag for weak, tag in tags if not weak}

    def check(found: Found) -> None:
        if respond(found).headers["ETag"] not in strong:
            raise Changed

    return check
