"""What the routes of this dialect share: a caller with a token, and a query in which an empty value is none."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response

from api.auth.route import SignedInRoute


class WorksRoute(SignedInRoute):
    """A route to which an empty value in the query is as none.

    Clients that build a query of what they have send `?cursor=&count=100` for the first page.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, behind the check of the token."""
        handle = super().get_route_handler()

        async def without_empty_values(request: Request) -> Response:
            request.scope["query_string"] = _without_empty_values(request.scope["query_string"])
            return await handle(request)

        return without_empty_values


def _without_empty_values(query: bytes) -> bytes:
    return b"&".join(part for part in query.split(b"&") if part.partition(b"=")[2])
