"""Routes for those who logged in: the cookie is looked at before anything else of the request is read."""

import hmac
from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute
from fastapi.security import APIKeyCookie

from api.auth.route import bearer_token, sign_in
from api.deps import moment
from api.rate_limits import limit
from config.login_tokens import Login, csrf_token
from domain.refusals import CsrfTokenWrong, NoToken

COOKIE_NAME: Final = "grommunioAuthJwt"
_CSRF_HEADER: Final = "X-Csrf-Token"

#: Tells the API reference how one is logged in; the routes below do the work.
COOKIE: Final = APIKeyCookie(
    name=COOKIE_NAME,
    auto_error=False,
    description="What `POST /api/v1/login` answers. Every method but GET needs `X-Csrf-Token` beside it.",
)


class LoggedInRoute(APIRoute):
    """A route whose handler finds in `request.state.login` who logged in."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, behind the check."""
        handle = super().get_route_handler()

        async def logged_in(request: Request) -> Response:
            await _sign_in(request)
            return await handle(request)

        return logged_in


class KnownRoute(APIRoute):
    """A route for those who logged in and for bearers of a token; a bearer is found in `request.state.caller`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, behind the check."""
        handle = super().get_route_handler()

        async def known(request: Request) -> Response:
            if bearer_token(request):
                await sign_in(request)
            else:
                await _sign_in(request)
            return await handle(request)

        return known


async def _sign_in(request: Request) -> None:
    """Put who logged in in `request.state.login`, and count the request as theirs.

    Raises:
        NotSignedIn: nobody has, or it was not their page that made the request.
        TooManyRequests: they call too often.
    """
    request.state.login = login_of(request)
    _check_csrf(request)
    await limit(request, request.state.login.user_id)


def login_of(request: Request) -> Login:
    """Return who logged in.

    Raises:
        NotSignedIn: there is no cookie, or it is not that of a login that still lasts.
    """
    token = request.cookies.get(COOKIE_NAME)
    if token is None:
        raise NoToken
    login: Login = request.app.state.login_tokens.read(token, moment())
    return login


def _check_csrf(request: Request) -> None:
    """Return nothing when the request was made by a page that knows the login, not only by a browser that has it.

    Raises:
        CsrfTokenWrong: the CSRF token is missing, or is not the one of this login.
    """
    if request.method == "GET":
        return
    told = request.headers.get(_CSRF_HEADER, "")
    if not hmac.compare_digest(told.encode(), csrf_token(request.cookies[COOKIE_NAME]).encode()):
        raise CsrfTokenWrong
