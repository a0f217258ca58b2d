"""Routes that need a bearer token. The token is checked before the rest of the request is read."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final

from fastapi import Request, Response
from fastapi.security import HTTPBearer
from starlette.concurrency import run_in_threadpool

from api.auth.external_caller import find_caller
from api.auth.refusals import NoToken
from api.auth.standing import admitted
from api.deps import moment, store_of
from api.json_route import JsonRoute
from api.rate_limits import limit
from domain.caller import Caller
from domain.refusals import TokenRevoked
from security.access_tokens import AccessToken
from store.store import Store, Transaction

#: Documents the token in the API reference; the route below checks it.
BEARER: Final = HTTPBearer(
    auto_error=False,
    description="A token from `POST /oauth2/v2.0/token`, `./presently token` or `./presently demo`.",
)


# docs/workarounds.md#fastapi-order-of-checks
class SignedInRoute(JsonRoute):
    """A route whose handler finds the caller in `request.state.caller`.

    A dependency of the framework would check too late: it runs after the body is parsed.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, with the check before it."""
        handle = super().get_route_handler()

        async def signed_in(request: Request) -> Response:
            await sign_in(request)
            return await handle(request)

        return signed_in


async def sign_in(request: Request, *, api: str | None = None) -> None:
    """Check the token, put its caller into `request.state.caller`, and count the request for its rate limit.

    The store knows whether a token of ours was revoked. Every transaction of the request begins with that check, so
    it needs no transaction of its own.

    Raises:
        NotSignedIn: there is no token, or it is not valid.
        IssuerUnreachable: the keys to check it cannot be fetched.
        TooManyRequests: the caller is over the limit.
    """
    caller = request.state.caller = await _caller(request)
    await limit(request, caller.counted_as, caller.domain_id, api=api)


#: Requests that no route handles share one counter of a client, so that they cannot make counters without end.
_NO_ROUTE: Final = "(none)"


async def sign_in_without_route(request: Request) -> None:
    """Sign in the caller of a request that no route handles, and check at once what a route checks later.

    Raises:
        NotSignedIn: there is no token, or it is not valid.
        IssuerUnreachable: the keys to check it cannot be fetched.
        TooManyRequests: the caller is over the limit.
    """
    await sign_in(request, api=_NO_ROUTE)
    await run_in_threadpool(_check_standing, store_of(request), request.state.caller)


def _check_standing(store: Store, caller: Caller) -> None:
    with store.reading() as transaction:
        admitted(transaction, caller)


async def _caller(request: Request) -> Caller:
    token = bearer_token(request)
    if not token:
        raise NoToken
    state = request.app.state
    if state.issuer is not None and state.issuer.is_named_in(token):
        external = await state.issuer.verify(token, moment())
        return await run_in_threadpool(find_caller, external, state.store)
    read: AccessToken = state.tokens.verify(token, moment())
    request.state.store = state.store.behind(partial(_check_is_not_void, read))
    return read.caller


def bearer_token(request: Request) -> str:
    """Return the bearer token of the request; empty if it has none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _check_is_not_void(token: AccessToken, transaction: Transaction) -> None:
    if transaction.clients.is_void(token.id, token.family, token.client_id):
        raise TokenRevoked
