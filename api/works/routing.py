"""The route class of this dialect: it needs a token, and ignores empty values in the query."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response

from api.auth.route import SignedInRoute


class WorksRoute(SignedInRoute):
    """A route that ignores empty values in the query.

    Clients send `?cursor=&count=100` for the first page.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, with the check of the token before it."""
        handle = super().get_route_handler()

        async def without_empty_values(request: Request) -> Response:
            request.scope["query_string"] = _without_empty_values(request.scope["query_string"])
            return await handle(request)

        return without_empty_values


def _without_empty_values(query: bytes) -> bytes:
    return b"&".join(part for part in query.split(b"&") if part.partition(b"=")[2])
