"""Routes for logged-in administrators. The cookie is checked before the rest of the request is read."""

import hmac
from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import Request, Response
from fastapi.security import APIKeyCookie

from api.auth.refusals import CsrfTokenWrong, NoToken
from api.auth.route import bearer_token, sign_in
from api.deps import moment
from api.json_route import JsonRoute
from api.rate_limits import limit
from security.login_tokens import Login, csrf_token

COOKIE_NAME: Final = "grommunioAuthJwt"
_CSRF_HEADER: Final = "X-Csrf-Token"

#: Documents the login in the API reference; the routes below check it.
COOKIE: Final = APIKeyCookie(
    name=COOKIE_NAME,
    auto_error=False,
    description="The token of `POST /api/v1/login`. Every method except GET also needs the header `X-Csrf-Token`.",
)


class LoggedInRoute(JsonRoute):
    """A route for logged-in administrators. Its handler finds the login in `request.state.login`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, with the check before it."""
        handle = super().get_route_handler()

        async def logged_in(request: Request) -> Response:
            await _sign_in(request)
            return await handle(request)

        return logged_in


class KnownRoute(JsonRoute):
    """A route for administrators and for bearer tokens; the caller of a token is in `request.state.caller`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, with the check before it."""
        handle = super().get_route_handler()

        async def known(request: Request) -> Response:
            if bearer_token(request):
                await sign_in(request)
            else:
                await _sign_in(request)
            return await handle(request)

        return known


async def _sign_in(request: Request) -> None:
    """Check the login, put it into `request.state.login`, and count the request for its rate limit.

    Raises:
        NotSignedIn: there is no valid login, or the CSRF token is wrong.
        TooManyRequests: the administrator is over the limit.
    """
    request.state.login = login_of(request)
    _check_csrf(request)
    await limit(request, request.state.login.user_id)


def login_of(request: Request) -> Login:
    """Read the login from the cookie.

    Raises:
        NotSignedIn: there is no cookie, or its token is not valid or has expired.
    """
    token = request.cookies.get(COOKIE_NAME)
    if token is None:
        raise NoToken
    login: Login = request.app.state.login_tokens.verify(token, moment())
    return login


def _check_csrf(request: Request) -> None:
    """Raise `CsrfTokenWrong` unless the request has the CSRF token of its login; GET needs none."""
    if request.method == "GET":
        return
    told = request.headers.get(_CSRF_HEADER, "")
    if not hmac.compare_digest(told.encode(), csrf_token(request.cookies[COOKIE_NAME]).encode()):
        raise CsrfTokenWrong
