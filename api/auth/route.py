"""Routes that nobody passes without a valid token: it is looked at before anything else of the request is read."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from starlette.concurrency import run_in_threadpool

from api.auth.standing import admitted
from api.deps import moment, store_of
from api.rate_limits import limit
from config.tokens import AccessToken
from domain.caller import Caller
from domain.refusals import NoToken, TokenRevoked
from store.store import Store, Transaction

#: Tells the API reference how to sign in; the route below does the work.
BEARER: Final = HTTPBearer(
    auto_error=False,
    description="A token of `POST /oauth2/v2.0/token`, `./presently token` or `./presently demo`.",
)


class SignedInRoute(APIRoute):
    """A route whose handler finds the caller in `request.state.caller`.

    A framework dependency would come too late: the body is parsed before it.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, behind the check."""
        handle = super().get_route_handler()

        async def signed_in(request: Request) -> Response:
            await sign_in(request)
            return await handle(request)

        return signed_in


async def sign_in(request: Request) -> None:
    """Put whom the request's token speaks for in `request.state.caller`, and count the request as theirs.

    Whether a token of ours was revoked stands in the store; every transaction of the request begins by asking, so that
    it costs no transaction of its own.

    Raises:
        NotSignedIn: there is no token, or it is not good.
        IssuerUnreachable: it cannot be told whether it is.
        TooManyRequests: they call too often.
    """
    caller = request.state.caller = await _caller(request)
    await limit(request, caller.counted_as, caller.domain_id)


async def check_token(request: Request) -> None:
    """Check the request's token where no route does.

    Raises:
        NotSignedIn: there is no token, or it is not good.
        IssuerUnreachable: it cannot be told whether it is.
    """
    caller = await _caller(request)
    await run_in_threadpool(_check_standing, store_of(request), caller)


def _check_standing(store: Store, caller: Caller) -> None:
    with store.reading() as transaction:
        admitted(transaction, caller)


async def _caller(request: Request) -> Caller:
    token = bearer_token(request)
    if not token:
        raise NoToken
    state = request.app.state
    if state.issuer is not None and state.issuer.is_named_in(token):
        delegated: Caller = await state.issuer.caller(token, moment(), state.store)
        return delegated
    read: AccessToken = state.tokens.read(token, moment())
    request.state.store = state.store.behind(partial(_check_is_not_void, read))
    return read.caller


def bearer_token(request: Request) -> str:
    """Return the bearer token that came with the request; empty if none did."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _check_is_not_void(token: AccessToken, transaction: Transaction) -> None:
    if transaction.clients.is_void(token.id, token.family, token.client_id):
        raise TokenRevoked
