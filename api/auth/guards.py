"""The guards of routes: they find out who calls from the head of a request, and count it for its rate limit.

They ask the store for nothing: whether a token was revoked, and what its person may do now, the use case asks in the
same statement as everything else (`services.admission`).
"""

import hmac
from typing import Final

from fastapi import Request
from fastapi.security import APIKeyCookie, HTTPBearer
from starlette.concurrency import run_in_threadpool

from api.auth.refusals import CsrfTokenWrong, NoToken
from api.deps import moment
from api.rate_limits import limit
from broker.keys import network_of
from domain.credentials import Bearer, Login
from security.login_tokens import csrf_token
from services import admission

#: Documents the token in the API reference; the guard checks it.
BEARER: Final = HTTPBearer(
    auto_error=False,
    description="A token from `POST /oauth2/v2.0/token`, `./presently token` or `./presently demo`.",
)

COOKIE_NAME: Final = "grommunioAuthJwt"
_CSRF_HEADER: Final = "X-Csrf-Token"

#: Documents the login in the API reference; the guard checks it.
COOKIE: Final = APIKeyCookie(
    name=COOKIE_NAME,
    auto_error=False,
    description="The token of `POST /api/v1/login`. Every method except GET also needs the header `X-Csrf-Token`.",
)

#: Requests that no route handles share one counter of a client, so that they cannot make counters without end.
_NO_ROUTE: Final = "(none)"


async def by_bearer(request: Request) -> None:
    """Verify the bearer token, and put its content into `request.state.credential`.

    Raises:
        NotSignedIn: there is no token, or it is not valid.
        IssuerUnreachable: the keys to verify it cannot be fetched.
        TooManyRequests: the caller is over the limit.
    """
    await _authenticate(request)


async def by_cookie(request: Request) -> None:
    """Verify the login in the cookie, and put it into `request.state.credential`.

    Raises:
        NotSignedIn: there is no valid login, or the CSRF token is wrong.
        TooManyRequests: the administrator is over the limit.
    """
    login = request.state.credential = login_of(request)
    _check_csrf(request)
    await limit(request, login.user_id)


async def by_bearer_or_cookie(request: Request) -> None:
    """Verify the bearer token, or else the login in the cookie, as `by_bearer` and `by_cookie` do."""
    await (by_bearer if _bearer_token(request) else by_cookie)(request)


async def by_address(request: Request) -> None:
    """Count a request without authentication by its address, since any other name could be somebody else's.

    Raises:
        TooManyRequests: the address is over the limit.
    """
    await limit(request, network_of(request.client.host if request.client else ""))


async def check_without_route(request: Request) -> None:
    """Authenticate a request that no route handles, and check at once what a use case checks later.

    Raises:
        NotSignedIn: there is no token, or it is not valid.
        IssuerUnreachable: the keys to verify it cannot be fetched.
        TooManyRequests: the caller is over the limit.
    """
    bearer = await _authenticate(request, api=_NO_ROUTE)
    await run_in_threadpool(admission.check, request.app.state.store, bearer)


def login_of(request: Request) -> Login:
    """Verify the login in the cookie, and return it.

    Raises:
        NotSignedIn: there is no cookie, or its token is not valid or has expired.
    """
    token = request.cookies.get(COOKIE_NAME)
    if token is None:
        raise NoToken
    login: Login = request.app.state.login_tokens.verify(token, moment())
    return login


async def _authenticate(request: Request, *, api: str | None = None) -> Bearer:
    bearer = request.state.credential = await _bearer(request)
    await limit(request, bearer.counted_as, bearer.domain_id, api=api)
    return bearer


async def _bearer(request: Request) -> Bearer:
    token = _bearer_token(request)
    if not token:
        raise NoToken
    state = request.app.state
    if state.issuer is not None and state.issuer.is_named_in(token):
        external = await state.issuer.verify(token, moment())
        return await run_in_threadpool(admission.external_bearer, state.store, external)
    verified: Bearer = state.tokens.verify(token, moment()).bearer
    return verified


def _bearer_token(request: Request) -> str:
    """Return the bearer token of the request; empty if it has none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _check_csrf(request: Request) -> None:
    """Raise `CsrfTokenWrong` unless the request has the CSRF token of its login; GET needs none."""
    if request.method == "GET":
        return
    header = request.headers.get(_CSRF_HEADER, "")
    if not hmac.compare_digest(header.encode(), csrf_token(request.cookies[COOKIE_NAME]).encode()):
        raise CsrfTokenWrong
