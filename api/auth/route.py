"""Routes that nobody passes without a valid token: it is looked at before anything else of the request is read."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer

from api.deps import moment
from domain.caller import Caller
from domain.refusals import NoToken

#: Tells the API reference how to sign in; the route below does the work.
BEARER: Final = HTTPBearer(
    auto_error=False,
    description="A token of `./presently token` or `./presently demo`.",
)


class SignedInRoute(APIRoute):
    """A route whose handler finds the caller in `request.state.caller`.

    A framework dependency would come too late: the body is parsed before it.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, behind the check."""
        handle = super().get_route_handler()

        async def signed_in(request: Request) -> Response:
            request.state.caller = _caller(request)
            return await handle(request)

        return signed_in


def _caller(request: Request) -> Caller:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NoToken
    caller: Caller = request.app.state.tokens.read(token.strip(), moment())
    return caller
